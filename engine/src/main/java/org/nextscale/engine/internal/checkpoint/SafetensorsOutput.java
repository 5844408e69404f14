package org.nextscale.engine.internal.checkpoint;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
import org.nextscale.api.model.WeightInfo;
import org.nextscale.engine.checkpoint.WriteProgress;
import org.nextscale.engine.checkpoint.WrittenFile;

/** Lays out and writes one safetensors file. */
public final class SafetensorsOutput {
    /** Where the data begin: readers that map the file find every tensor on a multiple of its element size. */
    private static final int ALIGNMENT = 64;

    private final List<OutgoingTensor> entries;
    private final byte[] header;
    private final long bytes;

    public SafetensorsOutput(List<OutgoingTensor> entries, Map<String, String> metadata) {
        // Larger elements first (in the order given otherwise) keeps all of them aligned.
        this.entries = entries.stream()
                .sorted(Comparator.comparingInt(
                        (OutgoingTensor each) -> -each.tensor().type().bytes()))
                .toList();
        this.header = header(this.entries, metadata);
        this.bytes = Long.BYTES
                + header.length
                + entries.stream().mapToLong(each -> each.tensor().bytes()).sum();
    }

    public long bytes() {
        return bytes;
    }

    private static byte[] header(List<OutgoingTensor> entries, Map<String, String> metadata) {
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
            for (OutgoingTensor each : entries) {
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
        private static final long REPORT_EVERY = 8 << 20;

        private final FileChannel channel;
        private final WriteProgress progress;
        private final MessageDigest digest = Digests.sha256();
        private final TensorStream stream = new TensorStream();
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
            for (OutgoingTensor each : entries) {
                stream.pour(each, this::append);
            }
            progress.written(written, bytes);
            return Digests.hex(digest.digest());
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
