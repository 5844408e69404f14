package org.nextscale.backend.onnx.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NvidiaDriverTest {
    /** Root of another machine's file system. */
    @TempDir
    Path root;

    @Test
    void isNotThereWithoutAnyTraceOfIt() {
        assertEquals(false, NvidiaDriver.isThere(root, Map.of()));
        assertEquals(false, NvidiaDriver.isThere(root, Map.of("LD_LIBRARY_PATH", root + "::/nowhere")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "proc/driver/nvidia/version",
                "dev/nvidiactl",
                "dev/dxg",
                "usr/lib64/libcuda.so.1",
                "usr/lib/wsl/lib/libcuda.so.1"
            })
    void isThereByAnyOfItsTraces(String file) throws IOException {
        create(file);
        assertEquals(true, NvidiaDriver.isThere(root, Map.of()));
    }

    @Test
    void isThereWhereTheEnvironmentSays() throws IOException {
        create("opt/libcuda.so.1");
        String path = "/nowhere:" + root.resolve("opt");
        assertEquals(true, NvidiaDriver.isThere(root, Map.of("LD_LIBRARY_PATH", path)));
        create("System32/nvcuda.dll");
        assertEquals(true, NvidiaDriver.isThere(root, Map.of("SystemRoot", root.toString())));
    }

    private void create(String file) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.createFile(path);
    }
}
