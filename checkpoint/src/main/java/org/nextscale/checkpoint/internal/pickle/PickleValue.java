package org.nextscale.checkpoint.internal.pickle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an {@link Unpickler} makes. Strings, {@link Long}, {@link Double} and {@link Boolean} stand for themselves, all
 * else is one of these; they compare by identity, so that a structure that holds itself, or the same part a million
 * times, costs nothing to handle.
 */
public interface PickleValue {

    /** {@code None}, and things a checkpoint may carry that nobody here needs (bytes, devices, dtypes, big integers). */
    final class Opaque implements PickleValue {
        static final Opaque NONE = new Opaque("None");

        private final String name;

        Opaque(String name) {
            this.name = name;
        }

        /** What it is; for a {@code torch.dtype} its name. */
        String name() {
            return name;
        }
    }

    /** A list, tuple or set. */
    final class Sequence implements PickleValue {
        private final List<Object> items;

        Sequence(List<Object> items) {
            this.items = items;
        }

        Sequence() {
            this(new ArrayList<>(0));
        }

        public List<Object> items() {
            return items;
        }
    }

    /** A dict. */
    final class Dict implements PickleValue {
        private Map<Object, Object> items = Map.of();

        void put(Object key, Object value) {
            if (items.isEmpty()) {
                items = new LinkedHashMap<>(4);
            }
            items.put(key, value);
        }

        public Object get(String key) {
            return items.get(key);
        }

        public Set<Map.Entry<Object, Object>> entries() {
            return items.entrySet();
        }
    }

    /** A name from the allow-list, not yet called. */
    record Global(TorchGlobal kind, String name) implements PickleValue {}

    /**
     * Reference to a record of the archive.
     *
     * @param typeName class name of the storage in {@code torch}
     * @param elements number of elements it claims; bytes when the storage is untyped
     */
    record Storage(String typeName, String key, long elements) implements PickleValue {}

    /**
     * A tensor as pickled, not checked yet: that is done for tensors somebody wants, where there is a name to report.
     *
     * @param typeName name of its {@code torch.dtype} when the storage is untyped, else null
     */
    record Tensor(Storage storage, Object offset, Object shape, Object strides, String typeName)
            implements PickleValue {}
}
