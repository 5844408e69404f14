package org.nextscale.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.launcher.Container;
import org.osgi.framework.Bundle;

/**
 * ND4J and libtorch in one container, each with its own JavaCPP and its own OpenBLAS, whichever is loaded first. What
 * libtorch does is called by reflection: its classes are the training bundle's own.
 */
class NativeLibrariesIT {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bothLive(boolean nd4jFirst) throws Exception {
        try (Container container = Container.start(Distribution.withPlugins(folder))) {
            if (nd4jFirst) {
                generate(container);
            }
            assertEquals(64f * 64 * 64, product(bundle(container, "org.nextscale.training")));
            generate(container);
            assertEquals(64f * 64 * 64, product(bundle(container, "org.nextscale.training")));
            assertNotSame(
                    bundle(container, "org.nextscale.training").loadClass("org.bytedeco.javacpp.Loader"),
                    bundle(container, "org.nextscale.backend.nd4j").loadClass("org.bytedeco.javacpp.Loader"));
        }
    }

    private void generate(Container container) throws Exception {
        String image = folder.resolve("boot.png").toString();
        assertEquals(0, container.run("generate", "--class", "ankle boot", "--backend", "nd4j", "--out", image));
    }

    /** The sum of ones times ones, 64 x 64. */
    private static float product(Bundle training) throws Exception {
        training.loadClass("org.nextscale.training.internal.NativeLibraries")
                .getMethod("load")
                .invoke(null);
        Class<?> tensor = training.loadClass("org.bytedeco.pytorch.Tensor");
        Object ones = training.loadClass("org.bytedeco.pytorch.global.torch")
                .getMethod("ones", long[].class)
                .invoke(null, new long[] {64, 64});
        Object product = tensor.getMethod("mm", tensor).invoke(ones, ones);
        Object sum = tensor.getMethod("sum").invoke(product);
        return (float) tensor.getMethod("item_float").invoke(sum);
    }

    private static Bundle bundle(Container container, String name) {
        return Stream.of(container.context().getBundles())
                .filter(bundle -> name.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow();
    }
}
