package org.nextscale.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class CifarImageSetTest extends ImageSetSuite {
    private static final int RECORD = 1 + 3 * 32 * 32;

    @Override
    protected String plugin() {
        return "cifar";
    }

    /** CIFAR-10's binary version, with a few images a file. */
    @Override
    protected Path images(Path empty) throws IOException {
        for (int i = 1; i <= 5; i++) {
            Files.write(empty.resolve("data_batch_" + i + ".bin"), records(2, i));
        }
        Files.write(empty.resolve("test_batch.bin"), records(3, 9));
        return empty;
    }

    private static byte[] records(int count, int salt) {
        byte[] records = new byte[count * RECORD];
        for (int i = 0; i < records.length; i++) {
            records[i] = (byte) (i % RECORD == 0 ? i / RECORD : i * salt);
        }
        return records;
    }
}
