package org.nextscale.training.internal.torch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.checkpoint.tensor.TensorValues;

/**
 * The weights of a network in float32, by the names of its state dict. All are views of two flat buffers, one of the tensors
 * that weight decay pulls at and one of the others, and so are their gradients: clipping and a step of the optimizer are a
 * handful of operations, whatever the depth. For one thread; owns its memory.
 */
public final class TensorSet implements AutoCloseable {
    private final Placement placement;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final List<Flat> flats = new ArrayList<>();

    /** Values of several tensors behind each other, and their gradients. */
    public record Flat(Tensor values, Tensor gradients, boolean decayed) {}

    /** Where a tensor lies. */
    private record Place(int flat, long offset, long[] shape, long elements) {}

    /** Weights that are not trained. */
    public static TensorSet frozen(List<TensorShape> wanted, WeightSource source, Placement placement) {
        return new TensorSet(wanted, source(source), false, each -> false, placement);
    }

    /**
     * Weights to be trained.
     *
     * @param values where a tensor's values come from
     * @param decays whether weight decay pulls at a tensor
     * @param placement where they live
     */
    public static TensorSet trained(
            List<TensorShape> wanted,
            Function<TensorShape, TensorValues> values,
            Predicate<TensorShape> decays,
            Placement placement) {
        return new TensorSet(wanted, values, true, decays, placement);
    }

    /** Values as a file has them. */
    public static Function<TensorShape, TensorValues> source(WeightSource source) {
        return tensor -> (first, target) -> source.read(tensor.name(), first, target);
    }

    private TensorSet(
            List<TensorShape> wanted,
            Function<TensorShape, TensorValues> values,
            boolean trained,
            Predicate<TensorShape> decays,
            Placement placement) {
        this.placement = placement;
        long[] sizes = new long[2];
        for (TensorShape each : wanted) {
            int flat = decays.test(each) ? 0 : 1;
            long[] shape = each.shape().stream().mapToLong(Long::longValue).toArray();
            places.put(each.name(), new Place(flat, sizes[flat], shape, each.elements()));
            sizes[flat] += each.elements();
        }
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            for (int i = 0; i < sizes.length; i++) {
                Tensor all = keep(placement.zeros(sizes[i]));
                flats.add(new Flat(all, trained ? keep(placement.zeros(sizes[i])) : all, i == 0));
            }
            for (TensorShape each : wanted) {
                Place place = places.get(each.name());
                Tensor tensor = keep(view(flats.get(place.flat).values, place).detach());
                tensors.put(each.name(), tensor);
                Ops.fill(tensor, values.apply(each));
                if (trained) {
                    tensor.set_requires_grad(true);
                    tensor.mutable_grad().put(view(flats.get(place.flat).gradients, place));
                }
            }
        }
    }

    private static Tensor keep(Tensor tensor) {
        tensor.retainReference();
        return tensor;
    }

    private static Tensor view(Tensor flat, Place place) {
        return flat.narrow(0, place.offset, place.elements).view(place.shape);
    }

    /** Where they are, and what is computed with them must be. */
    public Placement placement() {
        return placement;
    }

    /** Names in the order of the state dict. */
    public List<String> names() {
        return List.copyOf(tensors.keySet());
    }

    /** A weight; what is computed with it is differentiated if it is trained. */
    public Tensor get(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no tensor " + name);
        }
        return tensor;
    }

    /** The sum of the gradients of all {@code backward()} since {@link #clearGradients()}. */
    public Tensor gradient(String name) {
        Place place = places.get(name);
        return view(flats.get(place.flat).gradients, place);
    }

    /** The part of a flat tensor, of the shape of {@link #flats()} at the same index, that belongs to a name. */
    public Tensor viewOf(String name, List<Tensor> likeFlats) {
        Place place = places.get(name);
        return view(likeFlats.get(place.flat), place);
    }

    public long[] shape(String name) {
        return places.get(name).shape.clone();
    }

    /** The values of a tensor of this name, to be written to a file. */
    public TensorValues values(TensorShape tensor) {
        Tensor values = get(tensor.name());
        return (first, target) -> Ops.read(values, first, target);
    }

    /** All values, flat: what decays, then the others. */
    public List<Flat> flats() {
        return Collections.unmodifiableList(flats);
    }

    /** How many numbers are trained. */
    public long elements() {
        return places.values().stream().mapToLong(Place::elements).sum();
    }

    public void clearGradients() {
        flats.forEach(flat -> flat.gradients.zero_());
    }

    /** The Euclidean norm of all gradients together. */
    public double gradientNorm() {
        double sum = 0;
        try (PointerScope scope = new PointerScope()) {
            for (Flat flat : flats) {
                double norm = flat.gradients.norm().item_double();
                sum += norm * norm;
            }
        }
        return Math.sqrt(sum);
    }

    /** Scales the gradients so that their norm is at most {@code most}, as {@code clip_grad_norm_}. */
    public void clipGradients(double norm, double most) {
        double factor = most / (norm + 1e-6);
        if (factor < 1) {
            try (PointerScope scope = new PointerScope()) {
                flats.forEach(flat -> flat.gradients.mul_(Ops.scalar(factor)));
            }
        }
    }

    @Override
    public void close() {
        tensors.values().forEach(Tensor::releaseReference);
        for (Flat flat : flats) {
            if (flat.gradients != flat.values) {
                flat.gradients.releaseReference();
            }
            flat.values.releaseReference();
        }
        tensors.clear();
        flats.clear();
    }
}
