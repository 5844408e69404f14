package org.nextscale.engine.internal.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

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

    /**
     * Writes the file, which must not exist yet.
     *
     * @param progress is told the bytes written so far
     * @throws org.nextscale.api.InvalidInputException if a value is too large for its type, naming the tensor
     */
    public void write(Path target, LongConsumer progress) throws IOException {
        try (FileChannel file = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            zip.write(file, progress);
        }
    }
}
