package org.nextscale.backend.onnx.internal.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.LongConsumer;
import org.nextscale.backend.onnx.internal.runtime.NativeMemory;

/** Writes new files into a folder and counts their bytes. A tensor is in native memory while it is written, one at a time. */
final class FileWriter {
    private final Path folder;
    private final LongConsumer progress;
    private long written;

    FileWriter(Path folder, LongConsumer progress) {
        this.folder = folder;
        this.progress = progress;
    }

    /** Writes a file that is small enough for the heap. */
    void write(String name, byte[] content) throws IOException {
        write(name, content, List.of());
    }

    /**
     * Writes a file of any size; between the pieces are zeros.
     *
     * @param head the file's first bytes
     */
    void write(String name, byte[] head, List<Piece> pieces) throws IOException {
        try (FileChannel file =
                FileChannel.open(folder.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            append(file, ByteBuffer.wrap(head), 0);
            for (Piece piece : pieces) {
                try (NativeMemory memory = NativeMemory.allocate(piece.bytes())) {
                    piece.fill().write(memory.bytes().order(ByteOrder.LITTLE_ENDIAN));
                    append(file, memory.bytes(), piece.offset());
                }
            }
        }
    }

    private void append(FileChannel file, ByteBuffer bytes, long offset) throws IOException {
        int length = bytes.remaining();
        while (bytes.hasRemaining()) {
            file.write(bytes, offset + bytes.position());
        }
        written += length;
        progress.accept(written);
    }
}
