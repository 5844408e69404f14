package org.nextscale.backend.onnx.internal.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.backend.onnx.internal.runtime.NativeMemory;

/** Writes new files into a folder and counts their bytes. A tensor is in native memory while it is written, one at a time. */
final class FileWriter {
    private static final int AT_ONCE = 1 << 22;

    private final Path folder;
    private final long total;
    private final ProgressListener progress;
    private final Cancellation cancellation;
    private long written;

    /** @param total bytes of all files */
    FileWriter(Path folder, long total, ProgressListener progress, Cancellation cancellation) {
        this.folder = folder;
        this.total = total;
        this.progress = progress;
        this.cancellation = cancellation;
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
            append(file, name, ByteBuffer.wrap(head), 0);
            for (Piece piece : pieces) {
                try (NativeMemory memory = NativeMemory.allocate(piece.bytes())) {
                    piece.fill().write(memory.bytes().order(ByteOrder.LITTLE_ENDIAN));
                    append(file, name, memory.bytes(), piece.offset());
                }
            }
        }
    }

    private void append(FileChannel file, String name, ByteBuffer bytes, long offset) throws IOException {
        ByteBuffer rest = bytes.duplicate();
        while (rest.hasRemaining()) {
            cancellation.throwIfCancelled();
            ByteBuffer piece = rest.slice(rest.position(), Math.min(rest.remaining(), AT_ONCE));
            long begin = offset + rest.position();
            rest.position(rest.position() + piece.remaining());
            while (piece.hasRemaining()) {
                written += file.write(piece, begin + piece.position());
            }
            progress.progress(name, written, total);
        }
    }
}
