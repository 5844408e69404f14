package org.nextscale.checkpoint.internal.torch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Dict;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Sequence;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Tensor;
import org.nextscale.checkpoint.internal.pickle.Unpickler;
import org.nextscale.checkpoint.internal.storage.OpenedFile;
import org.nextscale.checkpoint.internal.storage.PositionalFile;
import org.nextscale.checkpoint.internal.storage.StoredTensors;
import org.nextscale.checkpoint.internal.storage.TensorRecord;
import org.nextscale.checkpoint.internal.zip.ZipDirectory;
import org.nextscale.checkpoint.internal.zip.ZipRecord;
import org.nextscale.files.PrintableText;
import org.nextscale.files.Sha256;

/**
 * Opens what {@code torch.save} writes since PyTorch 1.6: a ZIP archive with {@code NAME/data.pkl} (the pickled
 * structure), {@code NAME/data/KEY} (one raw storage each) and a few small records. The structure is a state dict, or a
 * trainer's checkpoint with state dicts in it.
 */
public final class TorchArchive {
    /** The tokenizer's state dict in a trainer's checkpoint. */
    public static final String TOKENIZER = "vae_local";
    /** The transformer's state dict in a trainer's checkpoint. */
    public static final String TRANSFORMER = "var_wo_ddp";

    private static final String STRUCTURE = "/data.pkl";
    private static final int LARGEST_STRUCTURE = 16 << 20;

    private final PositionalFile file;
    private final ZipDirectory zip;
    private final String root;
    private final TorchTensors tensors;

    private TorchArchive(PositionalFile file) {
        this.file = file;
        this.zip = ZipDirectory.read(file);
        this.root = findRoot();
        this.tensors = new TorchTensors(file, zip, root);
    }

    public static OpenedFile open(PositionalFile file) {
        return new TorchArchive(file).open();
    }

    private String findRoot() {
        String found = null;
        for (ZipRecord each : zip.records()) {
            if (each.name().endsWith(STRUCTURE)
                    && each.name().indexOf('/') == each.name().length() - STRUCTURE.length()) {
                if (found != null) {
                    throw file.invalid("holds two checkpoints, " + found + STRUCTURE + " and " + each.name());
                }
                found = each.name().substring(0, each.name().length() - STRUCTURE.length());
            }
        }
        if (found == null) {
            throw file.invalid("is a ZIP archive but no PyTorch checkpoint: there is no data.pkl in it");
        }
        for (ZipRecord each : zip.records()) {
            if (each.name().startsWith(found + "/code/") || each.name().equals(found + "/constants.pkl")) {
                throw file.invalid("is a TorchScript program, not a checkpoint; save its state_dict() with torch.save");
            }
        }
        return found;
    }

    private OpenedFile open() {
        requireLittleEndian();
        Object unpickled = Unpickler.read(file.description(), structure());
        if (!(unpickled instanceof Dict outer)) {
            throw file.invalid("holds no state dict but something else; save model.state_dict() with torch.save");
        }
        Dict trainer = outer.get("trainer") instanceof Dict inner ? inner : outer;
        Map<String, StoredTensors> parts = new LinkedHashMap<>();
        List<TensorRecord> all = new ArrayList<>();
        for (String part : List.of(TOKENIZER, TRANSFORMER)) {
            if (trainer.get(part) instanceof Dict state) {
                List<TensorRecord> found = tensorsOf(state, "");
                parts.put(part, new StoredTensors(file, found));
                all.addAll(tensorsOf(state, part + "."));
            }
        }
        if (parts.isEmpty()) {
            all.addAll(tensorsOf(outer, ""));
        }
        if (all.isEmpty()) {
            throw file.invalid("holds no tensors: expected a state dict, or a trainer's checkpoint with trainer."
                    + TOKENIZER + " and trainer." + TRANSFORMER);
        }
        return new OpenedFile(
                new StoredTensors(file, all), parts, Map.of(), patchNums(trainer), this::fingerprint, tensors::verify);
    }

    private void requireLittleEndian() {
        Optional<ZipRecord> order = zip.find(root + "/byteorder");
        if (order.isPresent() && order.get().size() <= 16) {
            String value = new String(content(order.get()), StandardCharsets.US_ASCII).strip();
            if (!value.equals("little")) {
                throw file.invalid("stores its numbers in byte order \"" + PrintableText.printable(value)
                        + "\", only little is read; save it again on a little-endian machine");
            }
        }
    }

    private byte[] structure() {
        ZipRecord record = zip.find(root + STRUCTURE).orElseThrow();
        if (record.size() > LARGEST_STRUCTURE) {
            throw file.invalid("has a structure (data.pkl) of " + record.size() + " bytes, more than "
                    + LARGEST_STRUCTURE + " is not read");
        }
        byte[] structure = content(record);
        CRC32 crc = new CRC32();
        crc.update(structure);
        if (record.crc() != 0 && (int) crc.getValue() != record.crc()) {
            throw file.invalid("is corrupt: the checksum of its structure (data.pkl) does not hold");
        }
        return structure;
    }

    private byte[] content(ZipRecord record) {
        return file.bytes(zip.dataOffset(record), (int) record.size());
    }

    private List<TensorRecord> tensorsOf(Dict state, String prefix) {
        List<TensorRecord> found = new ArrayList<>();
        for (Map.Entry<Object, Object> entry : state.entries()) {
            if (entry.getValue() instanceof Tensor tensor) {
                if (!(entry.getKey() instanceof String name) || !PrintableText.isName(name)) {
                    throw file.invalid("a tensor's name in it is no printable text of at most 512 characters");
                }
                found.add(tensors.locate(prefix + name, tensor));
            }
        }
        tensors.requireModest(found);
        return found;
    }

    private static Optional<List<Integer>> patchNums(Dict trainer) {
        if (!(trainer.get("config") instanceof Dict config)
                || !(config.get("patch_nums") instanceof Sequence sequence)
                || sequence.items().size() > 64) {
            return Optional.empty();
        }
        List<Integer> sides = new ArrayList<>();
        for (Object side : sequence.items()) {
            if (!(side instanceof Long value) || value < 1 || value > 1 << 16) {
                return Optional.empty();
            }
            sides.add(value.intValue());
        }
        return Optional.of(sides);
    }

    private String fingerprint() {
        Sha256 sum = new Sha256().add(content(zip.find(root + STRUCTURE).orElseThrow()));
        for (ZipRecord each : zip.records()) {
            sum.add(each.name().getBytes(StandardCharsets.UTF_8));
            sum.add(ByteBuffer.allocate(12)
                    .putLong(each.size())
                    .putInt(each.crc())
                    .flip());
        }
        return sum.hex();
    }
}
