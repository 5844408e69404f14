package org.nextscale.checkpoint.internal.torch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.checkpoint.internal.output.OutgoingTensor;
import org.nextscale.checkpoint.internal.output.TensorStream;
import org.nextscale.checkpoint.internal.zip.StoredZip;
import org.nextscale.files.FileErrors;
import org.nextscale.files.WholeFile;

/**
 * Writes a state dict as {@code torch.save} does since PyTorch 1.6, what {@link TorchArchive} reads: the pickled structure,
 * then one storage a tensor. Tensors are streamed, a file may be larger than the heap.
 */
public final class TorchOutput {
    private static final String ROOT = "archive/";

    private final StoredZip zip;

    public TorchOutput(List<OutgoingTensor> tensors) {
        TensorStream stream = new TensorStream();
        List<StoredZip.Item> items = new ArrayList<>();
        items.add(StoredZip.Item.of(
                ROOT + "data.pkl",
                StateDictPickle.of(tensors.stream().map(OutgoingTensor::tensor).toList())));
        items.add(text("byteorder", "little"));
        for (OutgoingTensor each : tensors) {
            items.add(new StoredZip.Item(
                    ROOT + "data/" + (items.size() - 2), each.tensor().bytes(), sink -> stream.pour(each, sink)));
        }
        items.add(text("version", "3\n"));
        zip = new StoredZip(items);
    }

    private static StoredZip.Item text(String name, String content) {
        return StoredZip.Item.of(ROOT + name, content.getBytes(StandardCharsets.US_ASCII));
    }

    /** Bytes the file will have. */
    public long bytes() {
        return zip.bytes();
    }

    /** Writes the file; it appears whole or not at all. */
    public void write(Path target, ProgressListener progress, Cancellation cancellation) {
        String name = target.getFileName().toString();
        try (WholeFile file = new WholeFile(target)) {
            try (FileChannel channel = file.open()) {
                zip.write(channel, written -> {
                    cancellation.throwIfCancelled();
                    progress.progress(name, written, bytes());
                });
            }
            file.finish();
        } catch (IOException e) {
            throw FileErrors.writing(target, e);
        }
    }
}
