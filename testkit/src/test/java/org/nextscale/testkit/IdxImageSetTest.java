package org.nextscale.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

class IdxImageSetTest extends ImageSetSuite {
    private static final int BYTES_OF_THREE_DIMENSIONS = 0x803;
    private static final int BYTES_OF_ONE_DIMENSION = 0x801;

    @Override
    protected String plugin() {
        return "idx";
    }

    /** As the MNIST family has it. */
    @Override
    protected Path images(Path empty) throws IOException {
        write(empty, "train", 5);
        write(empty, "t10k", 3);
        return empty;
    }

    private static void write(Path folder, String part, int count) throws IOException {
        ByteBuffer images = ByteBuffer.allocate(16 + count * 6);
        images.putInt(BYTES_OF_THREE_DIMENSIONS).putInt(count).putInt(2).putInt(3);
        ByteBuffer labels = ByteBuffer.allocate(8 + count);
        labels.putInt(BYTES_OF_ONE_DIMENSION).putInt(count);
        for (int i = 0; i < count; i++) {
            labels.put((byte) i);
            for (int pixel = 0; pixel < 6; pixel++) {
                images.put((byte) (40 * i + pixel));
            }
        }
        Files.write(folder.resolve(part + "-images-idx3-ubyte"), images.array());
        Files.write(folder.resolve(part + "-labels-idx1-ubyte"), labels.array());
    }
}
