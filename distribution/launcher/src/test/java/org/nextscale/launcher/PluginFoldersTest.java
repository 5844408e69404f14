package org.nextscale.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.AbstractList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginFoldersTest {
    @TempDir
    Path folder;

    /** A folder that fails the second time it is looked at. */
    private final class FickleFolders extends AbstractList<Path> {
        final CountDownLatch looks = new CountDownLatch(3);

        @Override
        public Path get(int index) {
            looks.countDown();
            if (looks.getCount() == 1) {
                throw new IllegalStateException("not\nnow");
            }
            return folder;
        }

        @Override
        public int size() {
            return 1;
        }
    }

    @Test
    void aLookThatFailsIsNotTheLast() throws InterruptedException {
        FickleFolders folders = new FickleFolders();
        try (StandardError err = new StandardError();
                PluginFolders plugins = new PluginFolders(folders, null)) {
            plugins.start();
            assertTrue(folders.looks.await(30, TimeUnit.SECONDS), "the watcher looks again");
            assertEquals(
                    "nextscale: the plugin folders were not looked through: IllegalStateException: not now\n",
                    err.text());
        }
    }
}
