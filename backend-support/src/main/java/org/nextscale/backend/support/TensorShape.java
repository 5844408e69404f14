package org.nextscale.backend.support;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;

/** A tensor that an architecture needs: its name in the state dict and its shape. */
public record TensorShape(String name, List<Long> shape) {
    private static final int NAMED = 3;

    public TensorShape {
        shape = List.copyOf(shape);
    }

    static TensorShape of(String name, long... shape) {
        return new TensorShape(name, Arrays.stream(shape).boxed().toList());
    }

    /** Number of elements. */
    public long elements() {
        return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }

    /**
     * Checks that all are there, in a float type and with their shapes.
     *
     * @param what the architecture, for the message
     * @throws InvalidInputException naming the file and the first tensors that are missing or different
     */
    public static void require(List<TensorShape> wanted, WeightSource weights, String what) {
        List<String> missing = new ArrayList<>();
        for (TensorShape each : wanted) {
            if (!weights.contains(each.name())) {
                missing.add(each.name());
                continue;
            }
            WeightInfo found = weights.weight(each.name());
            if (!found.shape().equals(each.shape())) {
                throw new InvalidInputException(weights.description() + ": " + each.name() + " has shape "
                        + found.shape() + ", expected " + each.shape() + " in a " + what);
            }
            if (found.type() == DataType.I64) {
                throw new InvalidInputException(
                        weights.description() + ": " + each.name() + " is stored as I64, expected F32, F16 or BF16");
            }
        }
        if (!missing.isEmpty()) {
            throw new InvalidInputException(weights.description() + ": lacks " + missing.size() + " of the "
                    + wanted.size() + " tensors of a " + what + ": "
                    + String.join(", ", missing.subList(0, Math.min(NAMED, missing.size())))
                    + (missing.size() > NAMED ? " …" : ""));
        }
    }
}
