package org.nextscale.image.internal.set;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.image.ImageSetProvider;
import org.nextscale.api.plugin.Plugin;
import org.nextscale.files.numpy.NpzWriter;
import org.nextscale.image.Images;

/** Every kind of files is recognized by the provider that reads it. */
class ImageSetProvidersTest {
    @TempDir
    Path folder;

    private final List<ImageSetProvider> providers = ServiceLoader.load(ImageSetProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList();

    @Test
    void areFoundOnThePlainClassPath() {
        assertEquals(
                List.of("cifar", "folder", "idx", "npz"),
                providers.stream().map(Plugin::id).sorted().toList());
    }

    @Test
    void knowTheirFolders() throws IOException {
        assertEquals(Optional.of("folder"), surest(folder));
        Images.png(folder.resolve("a/1.png"), 4, 4, 1);
        assertEquals(Optional.of("folder"), surest(folder));
        Path idx = Files.createDirectory(folder.resolve("idx"));
        Images.idx(idx.resolve("t10k-images.idx3-ubyte.gz"), new byte[1], 1, 1, 1);
        assertEquals(Optional.of("idx"), surest(idx));
        Images.idx(idx.resolve("other-t10k-images.idx3-ubyte.gz"), new byte[1], 1, 1, 1);
        assertEquals(Optional.of("idx"), surest(idx), "two sets are no folder of pictures either");
        Path cifar = Files.createDirectories(folder.resolve("cifar/cifar-100-binary"));
        Files.createFile(cifar.resolve("train.bin"));
        assertEquals(Optional.of("cifar"), surest(cifar));
        assertEquals(Optional.of("cifar"), surest(folder.resolve("cifar")));
    }

    @Test
    void knowTheirFiles() throws IOException {
        for (String ending : List.of("", ".gz")) {
            assertEquals(
                    Optional.of("idx"), surest(Images.idx(folder.resolve("images" + ending), new byte[1], 1, 1, 1)));
            assertEquals(Optional.empty(), surest(Images.idx(folder.resolve("labels" + ending), new byte[1], 1)));
        }
        Path npz = folder.resolve("images.npz");
        try (NpzWriter writer = new NpzWriter(Files.newOutputStream(npz))) {
            writer.bytes("arr_0", new ByteArrayInputStream(new byte[3]), 1, 1, 1, 3);
        }
        assertEquals(Optional.of("npz"), surest(npz));
        assertEquals(Optional.empty(), surest(Images.png(folder.resolve("1.png"), 4, 4, 1)));
        assertEquals(Optional.empty(), surest(Files.createFile(folder.resolve("empty"))));
        assertEquals(Optional.empty(), surest(folder.resolve("missing")));
    }

    private Optional<String> surest(Path path) {
        return providers.stream()
                .filter(each -> each.match(path) > 0)
                .max(Comparator.comparingInt(each -> each.match(path)))
                .map(Plugin::id);
    }
}
