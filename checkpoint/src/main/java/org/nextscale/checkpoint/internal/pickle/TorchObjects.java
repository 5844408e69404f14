package org.nextscale.checkpoint.internal.pickle;

import java.util.List;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Dict;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Global;
import org.nextscale.checkpoint.internal.pickle.PickleValue.PythonObject;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Sequence;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Storage;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Tensor;

/** What the calls of a checkpoint's pickle amount to: references to storages, tensors over them, empty containers. */
final class TorchObjects {
    /** How many of the things that go into a call are looked at: a pickle may pass the same million again and again. */
    private static final int ARGUMENTS_SEEN = 8;

    private TorchObjects() {}

    /** The storage behind {@code ('storage', type, key, location, elements)}. */
    static Storage storage(PickleInput input, Object reference) {
        if (reference instanceof Sequence sequence
                && sequence.items().size() >= 5
                && "storage".equals(sequence.items().get(0))
                && sequence.items().get(1) instanceof Global type
                && type.kind() == TorchGlobal.STORAGE
                && sequence.items().get(2) instanceof String key
                && sequence.items().get(4) instanceof Long elements
                && elements >= 0) {
            return new Storage(type.name(), key, elements);
        }
        throw input.invalid("a reference to something that is no tensor storage");
    }

    /** What a call stands for; nothing is called. */
    static Object call(PickleInput input, Global callee, List<Object> arguments) {
        return switch (callee.kind()) {
            case DICT ->
                // An OrderedDict with arguments is one that Python 2 pickled.
                arguments.isEmpty() || callee.name().equals("defaultdict")
                        ? new Dict()
                        : new PythonObject(callee, false);
            case SEQUENCE -> {
                if (arguments.size() == 1 && arguments.get(0) instanceof Sequence items) {
                    yield items;
                }
                throw input.invalid("a torch.Size that is no tuple");
            }
            case OPAQUE -> new PythonObject(callee, false);
            case ARRAY -> new PythonObject(callee, true);
            case FOREIGN -> foreign(callee, arguments);
            case TENSOR -> {
                if (arguments.size() >= 4 && arguments.get(0) instanceof Storage storage) {
                    yield new Tensor(storage, arguments.get(1), arguments.get(2), arguments.get(3), null);
                }
                throw input.invalid("a tensor without a storage");
            }
            case TYPED_TENSOR -> {
                if (arguments.size() >= 7
                        && arguments.get(0) instanceof Storage storage
                        && arguments.get(6) instanceof Global type
                        && type.kind() == TorchGlobal.TYPE) {
                    yield new Tensor(storage, arguments.get(1), arguments.get(2), arguments.get(3), type.name());
                }
                throw input.invalid("a tensor without a storage");
            }
            case PARAMETER -> {
                if (!arguments.isEmpty() && isTensor(arguments.get(0)) && !(arguments.get(0) instanceof Storage)) {
                    yield arguments.get(0);
                }
                throw input.invalid("a parameter that is no tensor");
            }
            case STORAGE, TYPE -> throw input.invalid("torch." + callee.name() + " is called");
        };
    }

    /** What stands for the result of a call that nobody here understands. */
    static PythonObject foreign(Global callee, List<Object> arguments) {
        boolean ofTensors = false;
        for (int i = 0; i < arguments.size() && i < ARGUMENTS_SEEN; i++) {
            ofTensors |= isTensor(arguments.get(i))
                    || arguments.get(i) instanceof Sequence items && holdsTensor(items.items());
        }
        return new PythonObject(callee, ofTensors);
    }

    private static boolean holdsTensor(List<Object> items) {
        for (int i = 0; i < items.size() && i < ARGUMENTS_SEEN; i++) {
            if (isTensor(items.get(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isTensor(Object value) {
        return value instanceof Tensor
                || value instanceof Storage
                || value instanceof PythonObject made && made.ofTensors();
    }
}
