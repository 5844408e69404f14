package org.nextscale.checkpoint.internal.torch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Dict;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Global;
import org.nextscale.checkpoint.internal.pickle.PickleValue.PythonObject;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Sequence;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Tensor;
import org.nextscale.checkpoint.internal.pickle.Unpickler;
import org.nextscale.checkpoint.internal.storage.Nesting;
import org.nextscale.checkpoint.internal.storage.OpenedFile;
import org.nextscale.checkpoint.internal.storage.PositionalFile;
import org.nextscale.checkpoint.internal.storage.StoredTensors;
import org.nextscale.checkpoint.internal.storage.TensorRecord;
import org.nextscale.checkpoint.internal.zip.ZipDirectory;
import org.nextscale.checkpoint.internal.zip.ZipRecord;
import org.nextscale.checkpoint.tensor.CheckpointFormat;
import org.nextscale.files.PrintableText;
import org.nextscale.files.Sha256;

/**
 * Opens what {@code torch.save} writes since PyTorch 1.6: a ZIP archive with {@code NAME/data.pkl} (the pickled
 * structure), {@code NAME/data/KEY} (one raw storage each) and a few small records. The structure is a state dict, or a
 * dict with state dicts under its keys, or under those of its {@code trainer}.
 */
public final class TorchArchive {
    private static final String TRAINER = "trainer";
    private static final String STRUCTURE = "/data.pkl";
    private static final int MOST_STATE_DICTS = 64;
    private static final int KEYS_SHOWN = 4;
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
        Unpickler.Result unpickled = Unpickler.read(file.description(), structure());
        if (!(unpickled.root() instanceof Dict outer)) {
            throw file.invalid(
                    "holds no state dict but " + word(unpickled.root()) + "; save model.state_dict() with torch.save");
        }
        Dict trainer = outer.get(TRAINER) instanceof Dict inner ? inner : outer;
        Map<String, Object> found = tensorsOf(outer, trainer);
        if (found.isEmpty()) {
            throw file.invalid(
                    "holds no tensors: expected a state dict, alone or under a key such as model or state_dict, "
                            + "or a trainer's checkpoint with trainer.vae_local and trainer.var_wo_ddp; found "
                            + keys(outer) + "; save model.state_dict() with torch.save");
        }
        Nesting nesting = Nesting.of(found.keySet());
        List<TensorRecord> all = new ArrayList<>();
        found.forEach((name, value) -> {
            if (nesting.takes(name)) {
                all.add(located(name, value));
            }
        });
        tensors.requireModest(all);
        return new OpenedFile(
                CheckpointFormat.PYTORCH,
                new StoredTensors(file, all),
                nesting,
                unpickled.foreign().stream().map(Object::toString).toList(),
                Map.of(),
                patchNums(trainer),
                this::fingerprint,
                tensors::verify,
                List.of());
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

    /** The tensors of a dict and of the state dicts in it, by their keys joined with dots. */
    private Map<String, Object> tensorsOf(Dict outer, Dict trainer) {
        Map<String, Dict> states = new LinkedHashMap<>();
        states.put("", outer);
        Set<Dict> met = Collections.newSetFromMap(new IdentityHashMap<>());
        met.add(outer);
        for (Dict parent : trainer == outer ? List.of(outer) : List.of(outer, trainer)) {
            for (Map.Entry<Object, Object> each : parent.entries()) {
                if (states.size() < MOST_STATE_DICTS
                        && each.getKey() instanceof String key
                        && each.getValue() instanceof Dict state
                        && met.add(state)
                        && isStateDict(state)) {
                    states.putIfAbsent(key + ".", state);
                }
            }
        }
        Map<String, Object> found = new LinkedHashMap<>();
        states.forEach((prefix, state) -> {
            for (Map.Entry<Object, Object> each : state.entries()) {
                if (isTensor(each.getValue()) && found.put(name(prefix, each.getKey()), each.getValue()) != null) {
                    throw file.invalid("holds " + name(prefix, each.getKey()) + " twice");
                }
            }
        });
        return found;
    }

    /** Whether there are tensors, all of them by names: an optimizer numbers its own. */
    private static boolean isStateDict(Dict state) {
        boolean found = false;
        for (Map.Entry<Object, Object> each : state.entries()) {
            if (isTensor(each.getValue())) {
                if (!(each.getKey() instanceof String)) {
                    return false;
                }
                found = true;
            }
        }
        return found;
    }

    private static boolean isTensor(Object value) {
        return value instanceof Tensor || value instanceof PythonObject made && made.ofTensors();
    }

    private String name(String prefix, Object key) {
        if (!(key instanceof String name) || !PrintableText.isName(prefix + name)) {
            throw file.invalid("a tensor's name in it is no printable text of at most 512 characters");
        }
        return prefix + name;
    }

    private TensorRecord located(String name, Object value) {
        return value instanceof Tensor tensor
                ? tensors.locate(name, tensor)
                : TensorRecord.unreadable(name, ((PythonObject) value).callee().toString(), List.of());
    }

    /** What a dict has instead of tensors. */
    private static String keys(Dict dict) {
        String keys = dict.entries().stream()
                .limit(KEYS_SHOWN)
                .map(each -> (each.getKey() instanceof String key ? PrintableText.printable(key) : "a key") + " ("
                        + word(each.getValue()) + ")")
                .collect(Collectors.joining(", "));
        int more = dict.entries().size() - KEYS_SHOWN;
        return keys.isEmpty() ? "nothing" : keys + (more > 0 ? " and " + more + " more" : "");
    }

    private static String word(Object value) {
        if (value instanceof PythonObject made) {
            return made.isOldOrderedDict()
                    ? "an OrderedDict as Python 2 pickled it"
                    : "Python's " + made.callee() + ", which is not executed here";
        }
        if (value instanceof Global name) {
            return "Python's " + name + ", which is not executed here";
        }
        return value instanceof Dict
                ? "a dict"
                : value instanceof Sequence items
                        ? "a list of " + items.items().size()
                        : value instanceof Tensor ? "a tensor" : "a plain value";
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
