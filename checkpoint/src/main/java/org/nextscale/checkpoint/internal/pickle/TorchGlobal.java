package org.nextscale.checkpoint.internal.pickle;

import java.util.Map;
import java.util.Set;

/** The names a checkpoint's pickle may use, and what becomes of them: inert data, whatever they did in Python. */
enum TorchGlobal {
    DICT,
    SEQUENCE,
    OPAQUE,
    TENSOR,
    TYPED_TENSOR,
    PARAMETER,
    STORAGE,
    TYPE;

    private static final Map<String, TorchGlobal> NAMES = Map.ofEntries(
            Map.entry("collections OrderedDict", DICT),
            Map.entry("collections defaultdict", DICT),
            Map.entry("collections Counter", OPAQUE),
            Map.entry("torch Size", SEQUENCE),
            Map.entry("torch device", OPAQUE),
            Map.entry("_codecs encode", OPAQUE),
            Map.entry("torch._utils _rebuild_tensor", TENSOR),
            Map.entry("torch._utils _rebuild_tensor_v2", TENSOR),
            Map.entry("torch._utils _rebuild_tensor_v3", TYPED_TENSOR),
            Map.entry("torch._utils _rebuild_parameter", PARAMETER),
            Map.entry("torch._utils _rebuild_parameter_with_state", PARAMETER),
            Map.entry("torch.storage UntypedStorage", STORAGE));

    private static final Set<String> BUILTINS =
            Set.of("set", "frozenset", "dict", "list", "tuple", "int", "float", "bool", "str", "bytearray", "complex");

    /** What a name stands for; null if it is not on the list. */
    static TorchGlobal of(String module, String name) {
        TorchGlobal known = NAMES.get(module + " " + name);
        if (known != null) {
            return known;
        }
        if (module.equals("builtins") || module.equals("__builtin__")) {
            return BUILTINS.contains(name) ? OPAQUE : null;
        }
        if (module.equals("torch")) {
            if (name.matches("[A-Z][A-Za-z0-9]{2,30}Storage")) {
                return STORAGE;
            }
            if (name.matches("(float|bfloat|int|uint|complex)[0-9][a-z0-9_]{0,12}|bool")) {
                return TYPE;
            }
        }
        return null;
    }
}
