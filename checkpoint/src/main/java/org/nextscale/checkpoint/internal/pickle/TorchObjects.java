package org.nextscale.checkpoint.internal.pickle;

import java.util.List;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Dict;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Global;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Opaque;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Sequence;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Storage;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Tensor;

/** What the calls of a checkpoint's pickle amount to: references to storages, tensors over them, empty containers. */
final class TorchObjects {
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

    /** What calling an allowed name gives. */
    static Object call(PickleInput input, Global callee, List<Object> arguments) {
        return switch (callee.kind()) {
            case DICT -> {
                if (!arguments.isEmpty() && !callee.name().equals("defaultdict")) {
                    throw input.refused(
                            "holds an OrderedDict as Python 2 pickled it; save the checkpoint again with PyTorch");
                }
                yield new Dict();
            }
            case SEQUENCE -> {
                if (arguments.size() == 1 && arguments.get(0) instanceof Sequence items) {
                    yield items;
                }
                throw input.invalid("a torch.Size that is no tuple");
            }
            case OPAQUE -> new Opaque(callee.name());
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
                if (!arguments.isEmpty() && arguments.get(0) instanceof Tensor tensor) {
                    yield tensor;
                }
                throw input.invalid("a parameter that is no tensor");
            }
            case STORAGE, TYPE -> throw input.invalid("torch." + callee.name() + " is called");
        };
    }
}
