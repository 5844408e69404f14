package org.nextscale.engine.internal.verify;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.verify.TensorCheck;
import org.nextscale.api.verify.TensorCheck.Measure;
import org.nextscale.checkpoint.tensor.StoredTensor;
import org.nextscale.checkpoint.tensor.TensorSource;

/** Compares what was computed with what was recorded, and remembers what has been used of the recording. */
final class Comparison {
    private final TensorSource expected;
    private final Consumer<TensorCheck> onCheck;
    private final Cancellation cancellation;
    private final List<TensorCheck> checks = new ArrayList<>();
    private final Set<String> used = new HashSet<>();

    Comparison(TensorSource expected, Consumer<TensorCheck> onCheck, Cancellation cancellation) {
        this.expected = expected;
        this.onCheck = onCheck;
        this.cancellation = cancellation;
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
        close(name, found, i -> true, tolerance, tolerance);
    }

    /**
     * The same for some of the values.
     *
     * @param found {@code null} if there are none, which never holds
     * @param counts which elements may differ by {@code tolerance} each; the others may by {@code otherwise}, and are only
     *     mentioned if they differ by more
     */
    void close(String name, float[] found, IntPredicate counts, double tolerance, double otherwise) {
        float[] wanted = recorded(name);
        if (found == null) {
            add(missing(name, wanted.length, tolerance, Measure.LARGEST));
            return;
        }
        requireSameSize(name, wanted.length, found.length);
        Difference close = new Difference();
        Difference apart = new Difference();
        for (int i = 0; i < wanted.length; i++) {
            (counts.test(i) ? close : apart).add(found[i], wanted[i]);
        }
        boolean near = apart.largest <= otherwise;
        double largest = near ? close.largest : apart.largest;
        boolean holds = near && close.largest <= tolerance;
        add(TensorCheck.of(name, close.elements, largest, close.relative(), tolerance, Measure.LARGEST, holds));
    }

    /**
     * Values whose difference may have {@code tolerance} of the norm of what was recorded, which must not be zero.
     *
     * @param found {@code null} if there are none, which never holds
     */
    void closeInNorm(String name, float[] found, double tolerance) {
        float[] wanted = recorded(name);
        if (found == null) {
            add(missing(name, wanted.length, tolerance, Measure.RELATIVE));
            return;
        }
        requireSameSize(name, wanted.length, found.length);
        Difference all = new Difference();
        for (int i = 0; i < wanted.length; i++) {
            all.add(found[i], wanted[i]);
        }
        double relative = all.relative();
        boolean holds = relative <= tolerance;
        add(TensorCheck.of(name, wanted.length, all.largest, relative, tolerance, Measure.RELATIVE, holds));
    }

    private static TensorCheck missing(String name, long elements, double tolerance, Measure measure) {
        double infinite = Double.POSITIVE_INFINITY;
        return TensorCheck.of(name, elements, infinite, infinite, tolerance, measure, false);
    }

    /** Tokens, which must be the same. */
    void same(String name, int[] found) {
        int[] wanted = recordedIntegers(name);
        requireSameSize(name, wanted.length, found.length);
        int different = 0;
        for (int i = 0; i < wanted.length; i++) {
            different += wanted[i] == found[i] ? 0 : 1;
        }
        add(TensorCheck.of(
                name,
                wanted.length,
                different,
                (double) different / wanted.length,
                0,
                Measure.LARGEST,
                different == 0));
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
        cancellation.throwIfCancelled();
    }

    /** How far numbers are from what is expected. */
    private static final class Difference {
        private int elements;
        private double largest;
        private double squares;
        private double norm;

        void add(double found, double wanted) {
            double error = Math.abs(found - wanted);
            elements++;
            largest = Math.max(largest, error); // one that is not a number stays
            squares += error * error;
            norm += wanted * wanted;
        }

        double relative() {
            return Math.sqrt(squares) / Math.max(Math.sqrt(norm), Double.MIN_NORMAL);
        }
    }
}
