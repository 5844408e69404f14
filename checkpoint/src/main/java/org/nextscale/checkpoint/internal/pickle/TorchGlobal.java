package org.nextscale.checkpoint.internal.pickle;

import java.util.Map;
import java.util.Set;

/** What becomes of the names in a checkpoint's pickle: inert data, whatever they did in Python. */
enum TorchGlobal {
    DICT,
    SEQUENCE,
    /** What is met in checkpoints and needs no word. */
    OPAQUE,
    TENSOR,
    TYPED_TENSOR,
    PARAMETER,
    STORAGE,
    TYPE,
    /** NumPy's arrays: numbers, but not read. */
    ARRAY,
    /** Any other name: what it made in Python is unknown here, and stays so. */
    FOREIGN;

    private static final Map<String, Map<String, TorchGlobal>> NAMES = Map.of(
            "collections", Map.of("OrderedDict", DICT, "defaultdict", DICT, "Counter", OPAQUE),
            "torch", Map.of("Size", SEQUENCE, "device", OPAQUE),
            "_codecs", Map.of("encode", OPAQUE),
            "torch._utils",
                    Map.of(
                            "_rebuild_tensor", TENSOR,
                            "_rebuild_tensor_v2", TENSOR,
                            "_rebuild_tensor_v3", TYPED_TENSOR,
                            "_rebuild_parameter", PARAMETER,
                            "_rebuild_parameter_with_state", PARAMETER),
            "torch.storage", Map.of("UntypedStorage", STORAGE),
            "numpy.core.multiarray", Map.of("_reconstruct", ARRAY),
            "numpy._core.multiarray", Map.of("_reconstruct", ARRAY));

    /** Names of today's Python and those that its older pickles have for them. */
    private static final Set<String> BUILTINS = Set.of(
            "set",
            "frozenset",
            "dict",
            "list",
            "tuple",
            "int",
            "long",
            "float",
            "bool",
            "str",
            "unicode",
            "bytes",
            "bytearray",
            "complex",
            "object",
            "range",
            "xrange",
            "slice");

    /** What a name stands for. */
    static TorchGlobal of(String module, String name) {
        TorchGlobal known = NAMES.getOrDefault(module, Map.of()).get(name);
        if (known != null) {
            return known;
        }
        if (module.equals("builtins") || module.equals("__builtin__")) {
            return BUILTINS.contains(name) ? OPAQUE : FOREIGN;
        }
        if (module.equals("torch")) {
            if (name.matches("[A-Z][A-Za-z0-9]{2,30}Storage")) {
                return STORAGE;
            }
            if (name.matches("(float|bfloat|int|uint|complex)[0-9][a-z0-9_]{0,12}|bool")) {
                return TYPE;
            }
        }
        return FOREIGN;
    }
}
