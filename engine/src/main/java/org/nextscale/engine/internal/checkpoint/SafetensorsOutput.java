package org.nextscale.engine.internal.checkpoint;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.engine.checkpoint.TensorValues;
import org.nextscale.engine.checkpoint.WriteProgress;
import org.nextscale.engine.checkpoint.WrittenFile;

/** Lays out and writes one safetensors file. */
public final class SafetensorsOutput {
    /** Where the data begin: readers that map the file find every tensor on a multiple of its element size. */
    private static final int ALIGNMENT = 64;

    private final List<Entry> entries;
    private final byte[] header;
    private final long bytes;

    /** Reads stored bytes, for tensors that are copied as they are. */
    @FunctionalInterface
    public interface StoredBytes {
        void read(long firstByte, ByteBuffer target);
    }

    /**
     * A tensor to be written.
     *
     * @param described what messages call it
     * @param values its values; null if its bytes are copied
     * @param stored its bytes; null if its values are converted
     */
    public record Entry(WeightInfo tensor, String described, TensorValues values, StoredBytes stored) {}

    public SafetensorsOutput(List<Entry> entries, Map<String, String> metadata) {
        // Larger elements first (in the order given otherwise) keeps all of them aligned.
        this.entries = entries.stream()
                .sorted(Comparator.comparingInt(
                        (Entry each) -> -each.tensor().type().bytes()))
                .toList();
        this.header = header(this.entries, metadata);
        this.bytes = Long.BYTES
                + header.length
                + entries.stream().mapToLong(each -> each.tensor().bytes()).sum();
    }

    public long bytes() {
        return bytes;
    }

    private static byte[] header(List<Entry> entries, Map<String, String> metadata) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.setHtmlSafe(false);
            json.beginObject();
            if (!metadata.isEmpty()) {
                json.name("__metadata__").beginObject();
                for (Map.Entry<String, String> each : metadata.entrySet()) {
                    json.name(each.getKey()).value(each.getValue());
                }
                json.endObject();
            }
            long begin = 0;
            for (Entry each : entries) {
                WeightInfo tensor = each.tensor();
                json.name(tensor.name()).beginObject();
                json.name("dtype").value(tensor.type().name());
                json.name("shape").beginArray();
                for (long size : tensor.shape()) {
                    json.value(size);
                }
                json.endArray();
                json.name("data_offsets").beginArray();
                json.value(begin).value(begin += tensor.bytes());
                json.endArray().endObject();
            }
            json.endObject();
        } catch (IOException e) {
            throw new AssertionError("a StringWriter does not fail", e);
        }
        byte[] unpadded = text.toString().getBytes(StandardCharsets.UTF_8);
        int padding = Math.floorMod(-(Long.BYTES + unpadded.length), ALIGNMENT);
        return (text + " ".repeat(padding)).getBytes(StandardCharsets.UTF_8);
    }

    public WrittenFile write(Path target, WriteProgress progress) {
        Path temporary =
                target.resolveSibling("." + target.getFileName() + ".part-" + Long.toHexString(System.nanoTime()));
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                String sha256 = new Run(channel, progress).write();
                channel.close();
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                return new WrittenFile(target, bytes, sha256);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw PositionalFile.failure(target, e);
        }
    }

    /** One writing of the file. */
    private final class Run {
        private static final int ELEMENTS = Chunk.BYTES / Float.BYTES;
        private static final long REPORT_EVERY = 8 << 20;

        private final FileChannel channel;
        private final WriteProgress progress;
        private final MessageDigest digest = Digests.sha256();
        private final Chunk chunk = new Chunk();
        private final FloatBuffer floats = FloatBuffer.allocate(ELEMENTS);
        private long written;
        private long reported;

        Run(FileChannel channel, WriteProgress progress) {
            this.channel = channel;
            this.progress = progress;
        }

        String write() throws IOException {
            ByteBuffer prefix = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            append(prefix.putLong(header.length).flip());
            append(ByteBuffer.wrap(header));
            for (Entry each : entries) {
                if (each.stored() != null) {
                    copy(each);
                } else {
                    convert(each);
                }
            }
            progress.written(written, bytes);
            return Digests.hex(digest.digest());
        }

        private void copy(Entry entry) throws IOException {
            long length = entry.tensor().bytes();
            for (long done = 0; done < length; ) {
                ByteBuffer piece = chunk.clear((int) Math.min(length - done, Chunk.BYTES));
                entry.stored().read(done, piece);
                done += piece.flip().remaining();
                append(piece);
            }
        }

        private void convert(Entry entry) throws IOException {
            ElementType type = ElementType.of(entry.tensor().type());
            long elements = entry.tensor().elements();
            for (long done = 0; done < elements; ) {
                floats.clear().limit((int) Math.min(elements - done, ELEMENTS));
                entry.values().read(done, floats);
                done += floats.flip().remaining();
                ByteBuffer piece = chunk.encode(type, floats);
                if (piece == null) {
                    throw new InvalidInputException(
                            entry.described() + " has values too large for " + type + "; choose BF16 or F32");
                }
                append(piece);
            }
        }

        private void append(ByteBuffer piece) throws IOException {
            digest.update(piece.duplicate());
            while (piece.hasRemaining()) {
                written += channel.write(piece);
            }
            if (written - reported >= REPORT_EVERY) {
                reported = written;
                progress.written(written, bytes);
            }
        }
    }
}
