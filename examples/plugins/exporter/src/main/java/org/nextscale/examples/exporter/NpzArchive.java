package org.nextscale.examples.exporter;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.function.LongConsumer;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.progress.Cancellation;

/**
 * A zip file with a {@code .npy} file for every tensor, not compressed, as {@code numpy.savez} writes it. Tensors may be larger
 * than memory: they pass by in pieces.
 *
 * @param name of the file
 * @param source of the tensors
 */
record NpzArchive(String name, WeightSource source) {
    private static final int PIECE = 1 << 20;

    /** Every entry's date, so that exporting a model twice gives the same file twice. */
    private static final LocalDateTime DATE = LocalDateTime.of(1980, 1, 1, 0, 0);

    /** Of the tensors; zip's own directory, a few kilobytes, is not counted. */
    long bytes() {
        return source.weights().stream().mapToLong(NpzArchive::bytes).sum();
    }

    private static long bytes(WeightInfo tensor) {
        return NpyHeader.of(tensor.shape()).length + tensor.elements() * Float.BYTES;
    }

    /** @param progress is told how many of {@link #bytes} are written */
    void write(Path folder, LongConsumer progress, Cancellation cancellation) throws IOException {
        try (ZipOutputStream zip =
                new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(folder.resolve(name))))) {
            long done = 0;
            for (WeightInfo tensor : source.weights()) {
                zip.putNextEntry(entry(tensor, cancellation));
                long before = done;
                pass(tensor, cancellation, (bytes, count, passed) -> {
                    zip.write(bytes, 0, count);
                    progress.accept(before + passed);
                });
                zip.closeEntry();
                done += bytes(tensor);
            }
        }
    }

    /** What is stored as it is has its checksum in front of it, so that every tensor passes by twice. */
    private ZipEntry entry(WeightInfo tensor, Cancellation cancellation) throws IOException {
        CRC32 checksum = new CRC32();
        pass(tensor, cancellation, (bytes, count, passed) -> checksum.update(bytes, 0, count));
        ZipEntry entry = new ZipEntry(tensor.name() + ".npy");
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes(tensor));
        entry.setCrc(checksum.getValue());
        entry.setTimeLocal(DATE);
        return entry;
    }

    /** Receives a {@code .npy} file piece by piece. */
    private interface Receiver {
        /**
         * The next piece.
         *
         * @param count how many of the bytes
         * @param passed bytes of this file so far, these too
         */
        void receive(byte[] bytes, int count, long passed) throws IOException;
    }

    private void pass(WeightInfo tensor, Cancellation cancellation, Receiver receiver) throws IOException {
        byte[] header = NpyHeader.of(tensor.shape());
        receiver.receive(header, header.length, header.length);
        ByteBuffer piece = ByteBuffer.allocate(PIECE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long elements = tensor.elements();
        for (long first = 0; first < elements; first += PIECE) {
            cancellation.throwIfCancelled();
            int count = (int) Math.min(PIECE, elements - first);
            source.read(tensor.name(), first, piece.asFloatBuffer().limit(count));
            receiver.receive(piece.array(), count * Float.BYTES, header.length + (first + count) * Float.BYTES);
        }
    }
}
