package org.nextscale.engine.verify;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.nextscale.api.InvalidInputException;
import org.nextscale.engine.checkpoint.StoredTensor;
import org.nextscale.engine.checkpoint.TensorSource;

/** Compares what was computed with what was recorded, and remembers what has been used of the recording. */
final class Comparison {
    private final TensorSource expected;
    private final Consumer<TensorCheck> onCheck;
    private final List<TensorCheck> checks = new ArrayList<>();
    private final Set<String> used = new HashSet<>();

    Comparison(TensorSource expected, Consumer<TensorCheck> onCheck) {
        this.expected = expected;
        this.onCheck = onCheck;
    }

    /** A recorded tensor, as an input. */
    float[] recorded(String name) {
        used.add(name);
        StoredTensor tensor = expected.tensor(name);
        if (tensor.elements() > Integer.MAX_VALUE / 8) {
            throw new InvalidInputException(expected.description() + ": " + name + " is too large for a reference set");
        }
        float[] values = new float[(int) tensor.elements()];
        expected.read(name, 0, FloatBuffer.wrap(values));
        return values;
    }

    int[] recordedIntegers(String name) {
        float[] values = recorded(name);
        int[] integers = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            integers[i] = (int) values[i];
        }
        return integers;
    }

    List<Long> shape(String name) {
        return expected.tensor(name).shape();
    }

    /** Values that may differ by {@code tolerance} each; one that is not a number never holds. */
    void close(String name, float[] found, double tolerance) {
        float[] wanted = recorded(name);
        requireSameSize(name, wanted.length, found.length);
        double worst = 0;
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < wanted.length; i++) {
            double error = Math.abs((double) found[i] - wanted[i]);
            worst = error <= worst ? worst : error;
            difference += error * error;
            norm += (double) wanted[i] * wanted[i];
        }
        double relative = Math.sqrt(difference) / Math.max(Math.sqrt(norm), Double.MIN_NORMAL);
        add(new TensorCheck(name, wanted.length, worst, relative, tolerance, worst <= tolerance));
    }

    /** Tokens, which must be the same. */
    void same(String name, int[] found) {
        int[] wanted = recordedIntegers(name);
        requireSameSize(name, wanted.length, found.length);
        int different = 0;
        for (int i = 0; i < wanted.length; i++) {
            different += wanted[i] == found[i] ? 0 : 1;
        }
        add(new TensorCheck(name, wanted.length, different, (double) different / wanted.length, 0, different == 0));
    }

    /** Everything checked; {@link InvalidInputException} if the recording holds something that nothing was compared with. */
    List<TensorCheck> finish() {
        Collection<String> unused = expected.tensors().stream()
                .map(StoredTensor::name)
                .filter(name -> !used.contains(name))
                .toList();
        if (!unused.isEmpty()) {
            throw new InvalidInputException(
                    expected.description() + ": nothing to compare with " + String.join(", ", unused));
        }
        return checks;
    }

    private void requireSameSize(String name, int wanted, int found) {
        if (wanted != found) {
            throw new InvalidInputException(expected.description() + ": " + name + " has " + wanted
                    + " elements, the model makes " + found + "; the set and the model do not belong together");
        }
    }

    private void add(TensorCheck check) {
        checks.add(check);
        onCheck.accept(check);
    }
}
