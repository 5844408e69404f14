package org.nextscale.checkpoint.internal.safetensors;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.checkpoint.internal.output.OutgoingTensor;
import org.nextscale.checkpoint.internal.output.TensorStream;
import org.nextscale.checkpoint.tensor.WrittenFile;
import org.nextscale.files.FileErrors;
import org.nextscale.files.Sha256;
import org.nextscale.files.WholeFile;

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

    public WrittenFile write(Path target, ProgressListener progress, Cancellation cancellation) {
        try (WholeFile file = new WholeFile(target)) {
            String sha256;
            try (FileChannel channel = file.open()) {
                sha256 = new Run(channel, target.getFileName().toString(), progress, cancellation).write();
            }
            file.finish();
            return new WrittenFile(target, bytes, sha256);
        } catch (IOException e) {
            throw FileErrors.writing(target, e);
        }
    }

    /** One writing of the file. */
    private final class Run {
        private static final long REPORT_EVERY = 8 << 20;

        private final FileChannel channel;
        private final String name;
        private final ProgressListener progress;
        private final Cancellation cancellation;
        private final Sha256 digest = new Sha256();
        private final TensorStream stream = new TensorStream();
        private long written;
        private long reported;

        Run(FileChannel channel, String name, ProgressListener progress, Cancellation cancellation) {
            this.channel = channel;
            this.name = name;
            this.progress = progress;
            this.cancellation = cancellation;
        }

        String write() throws IOException {
            ByteBuffer prefix = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            append(prefix.putLong(header.length).flip());
            append(ByteBuffer.wrap(header));
            for (OutgoingTensor each : entries) {
                stream.pour(each, this::append);
            }
            report();
            return digest.hex();
        }

        private void append(ByteBuffer piece) throws IOException {
            digest.add(piece.duplicate());
            while (piece.hasRemaining()) {
                written += channel.write(piece);
            }
            if (written - reported >= REPORT_EVERY) {
                report();
            }
        }

        private void report() {
            reported = written;
            cancellation.throwIfCancelled();
            progress.progress(name, written, bytes);
        }
    }
}
