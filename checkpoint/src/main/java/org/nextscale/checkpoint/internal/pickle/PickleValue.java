package org.nextscale.checkpoint.internal.pickle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nextscale.files.PrintableText;

/**
 * What an {@link Unpickler} makes. Strings, {@link Long}, {@link Double} and {@link Boolean} stand for themselves, all
 * else is one of these; they compare by identity, so that a structure that holds itself, or the same part a million
 * times, costs nothing to handle.
 */
public interface PickleValue {

    /** {@code None}, and literals that nobody here needs. */
    enum Opaque implements PickleValue {
        NONE,
        BYTES,
        BIG_INTEGER
    }

    /**
     * Where Python would have an object of some class, or what a function returned: nothing was called, and what the object
     * would hold is not kept.
     */
    final class PythonObject implements PickleValue {
        private final Global callee;
        private final boolean ofTensors;

        PythonObject(Global callee, boolean ofTensors) {
            this.callee = callee;
            this.ofTensors = ofTensors;
        }

        /** The class or function. */
        public Global callee() {
            return callee;
        }

        /** Whether it is a dict, as Python 2 pickled ordered ones: with all that is in it as arguments. */
        public boolean isOldOrderedDict() {
            return callee.kind == TorchGlobal.DICT;
        }

        /** Whether numbers go into it, so that it may stand for a tensor: one of a kind that is not read. */
        public boolean ofTensors() {
            return ofTensors;
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

    /** A class or function by its name, not yet called. */
    record Global(TorchGlobal kind, String module, String name) implements PickleValue {
        /** Its full name, fit to be shown. */
        @Override
        public String toString() {
            return PrintableText.printable(module + "." + name);
        }
    }

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
