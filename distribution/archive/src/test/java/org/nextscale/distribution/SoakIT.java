package org.nextscale.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.launcher.Container;
import org.osgi.framework.Bundle;

/**
 * Two thousand generations on both backends, with switches and a restart of each bundle among them: memory besides the
 * heap ends where it was after the first hundred, and every image is the one that its backend made at first.
 */
@Tag("soak")
class SoakIT {

    private static final int GENERATIONS = 2_000;
    private static final int FIRST = 100;
    private static final int SWITCH_EVERY = 25;
    private static final int RESTART_EVERY = 475;
    private static final int CLASSES = 10;
    private static final double ALLOWED_GROWTH = 1.05;

    @TempDir
    Path folder;

    /** By backend and class. */
    private final Map<String, byte[]> firstPass = new HashMap<>();

    @Test
    void memoryAndImagesStayAsTheyWere() throws Exception {
        try (Container container = Container.start(Distribution.withPlugins(folder.resolve("none")));
                LiveModel model = LiveModelBundle.installIn(container, folder).open("auto")) {
            run(container, model, 1, FIRST);
            long before = run(container, model, FIRST + 1, 2 * FIRST);
            run(container, model, 2 * FIRST + 1, GENERATIONS - FIRST);
            long after = run(container, model, GENERATIONS - FIRST + 1, GENERATIONS);
            System.out.printf(
                    "soak: resident besides the heap: %,d bytes after %d images, %,d in the end%n",
                    before, FIRST, after);
            assertTrue(after <= before * ALLOWED_GROWTH, () -> before + " bytes before, " + after + " after");
            assertEquals(Distribution.BACKENDS.size() * CLASSES, firstPass.size());
        }
    }

    /**
     * Makes the images of these numbers.
     *
     * @return the lowest memory before a switch: what the allocator keeps for later comes and goes
     */
    private long run(Container container, LiveModel model, int first, int last) throws Exception {
        long lowest = Long.MAX_VALUE;
        for (int i = first; i <= last; i++) {
            if (i % SWITCH_EVERY == 1) {
                model.switchBackend(Distribution.BACKENDS.get(i / SWITCH_EVERY % Distribution.BACKENDS.size()));
            }
            generate(model, i % CLASSES);
            if (i % RESTART_EVERY == 0) {
                restart(container, model.backend());
            }
            if (i % SWITCH_EVERY == 0) {
                lowest = Math.min(lowest, Memory.residentOutsideHeap());
            }
        }
        return lowest;
    }

    private void generate(LiveModel model, int label) {
        Map.Entry<String, byte[]> image = model.generate(label, label);
        String which = image.getKey() + " " + label;
        assertEquals(model.backend(), image.getKey());
        assertArrayEquals(firstPass.computeIfAbsent(which, key -> image.getValue()), image.getValue(), which);
    }

    private static void restart(Container container, String backend) throws Exception {
        List<Bundle> bundles = Arrays.stream(container.context().getBundles())
                .filter(bundle -> ("org.nextscale.backend." + backend).equals(bundle.getSymbolicName()))
                .toList();
        for (Bundle bundle : bundles) {
            bundle.stop();
            bundle.start();
        }
        assertEquals(1, bundles.size());
    }
}
