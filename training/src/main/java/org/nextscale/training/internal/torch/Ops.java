package org.nextscale.training.internal.torch;

import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.NormalizeFuncOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.checkpoint.tensor.TensorValues;

/** libtorch's functions under the names, and with the defaults, that {@code torch.nn.functional} gives them. */
public final class Ops {
    private static final long[] ONE = {1, 1};
    private static final int CHANNEL_BLOCK = 16;
    /** Elements that are read or written at a time. */
    private static final int CHUNK = 1 << 20;
    /** Up to here, images for instance, it has other kernels. */
    private static final long FEW_CHANNELS = 4;

    /** {@code torch.nn.functional.normalize}'s. */
    private static final double LEAST_NORM = 1e-12;

    private Ops() {}

    /**
     * Runs a part of a step; what it made is freed but its result, and what the graph keeps for the way back. Python does the
     * same by counting references.
     */
    public static Tensor part(Supplier<Tensor> work) {
        Tensor result;
        try (PointerScope scope = new PointerScope()) {
            result = work.get();
            result.retainReference();
        }
        PointerScope.getInnerScope().attach(result);
        result.releaseReference();
        return result;
    }

    public static Tensor linear(Tensor x, TensorSet weights, String name) {
        return torch.linear(x, weights.get(name + ".weight"), optional(weights.get(name + ".bias")));
    }

    /** A convolution that keeps the size, 3 × 3 or 1 × 1. */
    public static Tensor convolution(Tensor x, TensorSet weights, String name) {
        long margin = weights.get(name + ".weight").size(2) / 2;
        return convolution(x, weights, name, 1, margin);
    }

    public static Tensor convolution(Tensor x, TensorSet weights, String name, long stride, long padding) {
        return convolution(x, weights.get(name + ".weight"), weights.get(name + ".bias"), stride, padding);
    }

    /** @param bias may be {@code null} */
    public static Tensor convolution(Tensor x, Tensor kernel, Tensor bias, long stride, long padding) {
        return convolution(x, kernel, bias, new long[] {stride, stride}, new long[] {padding, padding}, ONE, 1);
    }

    /**
     * A convolution.
     *
     * <p>oneDNN in libtorch 2.10 computes wrong results (or none: NaN) without a word where the channels that it sums over are
     * more than a few and no multiple of 16: those that come in on the way there, those that go out on the way back to the image.
     * So zeros are added up to one and their results left out; on other devices than the CPU oneDNN does not compute.
     *
     * @param bias may be {@code null}
     */
    public static Tensor convolution(
            Tensor x, Tensor kernel, Tensor bias, long[] strides, long[] paddings, long[] dilations, long groups) {
        long channels = kernel.size(0);
        long in = kernel.size(1);
        long moreOut = groups == 1 ? missing(channels) : 0;
        long moreIn = groups == 1 && in > FEW_CHANNELS ? missing(in) : 0;
        if (moreOut + moreIn == 0 || !x.is_cpu()) {
            return torch.conv2d(x, kernel, maybe(bias), strides, paddings, dilations, groups);
        }
        Tensor wideKernel = torch.constant_pad_nd(kernel, new long[] {0, 0, 0, 0, 0, moreIn, 0, moreOut}, scalar(0));
        Tensor wideBias = bias == null ? null : torch.constant_pad_nd(bias, new long[] {0, moreOut}, scalar(0));
        Tensor wide = moreIn == 0 ? x : torch.constant_pad_nd(x, new long[] {0, 0, 0, 0, 0, moreIn}, scalar(0));
        return torch.conv2d(wide, wideKernel, maybe(wideBias), strides, paddings, dilations, groups)
                .narrow(1, 0, channels);
    }

    private static long missing(long channels) {
        return (CHANNEL_BLOCK - channels % CHANNEL_BLOCK) % CHANNEL_BLOCK;
    }

    public static Tensor groupNorm(Tensor x, TensorSet weights, String name) {
        return torch.group_norm(
                x,
                TokenizerSpec.NORM_GROUPS,
                optional(weights.get(name + ".weight")),
                optional(weights.get(name + ".bias")),
                TokenizerSpec.NORM_EPSILON,
                true);
    }

    /** LayerNorm over the last dimension, without weights. */
    public static Tensor layerNorm(Tensor x) {
        return torch.layer_norm(
                x,
                new long[] {x.size(-1)},
                new TensorOptional(),
                new TensorOptional(),
                TokenizerSpec.NORM_EPSILON,
                true);
    }

    /** Divides by the Euclidean norm along a dimension. */
    public static Tensor normalize(Tensor x, long dimension) {
        NormalizeFuncOptions options = new NormalizeFuncOptions();
        options.dim().put(dimension);
        return torch.normalize(x, options);
    }

    /** The Euclidean norm along the last dimension, which stays, and at least what {@link #normalize} divides by. */
    public static Tensor norm(Tensor x) {
        return torch.linalg_vector_norm(x, scalar(2), new long[] {-1}, true, new ScalarTypeOptional())
                .clamp_min(scalar(LEAST_NORM));
    }

    /** {@code x · (1 + scale) + shift}. */
    public static Tensor modulate(Tensor x, Tensor scale, Tensor shift) {
        return torch.addcmul(shift, x, scale.add(scalar(1)));
    }

    /** Attention in one pass; {@code mask} is added to the scores. */
    public static Tensor attention(Tensor q, Tensor k, Tensor v, TensorOptional mask, double scale) {
        return torch.scaled_dot_product_attention(q, k, v, mask, 0, false, new DoubleOptional(scale), false);
    }

    public static Tensor cat(long dimension, Tensor... parts) {
        return torch.cat(new TensorVector(parts), dimension);
    }

    public static Tensor mse(Tensor a, Tensor b) {
        return torch.mse_loss(a, b);
    }

    public static Tensor bicubic(Tensor x, long height, long width) {
        return torch.upsample_bicubic2d(x, new long[] {height, width}, false);
    }

    /** {@code interpolate(mode="area")}. */
    public static Tensor area(Tensor x, long height, long width) {
        return torch.adaptive_avg_pool2d(x, height, width);
    }

    private static TensorOptional maybe(Tensor tensor) {
        return tensor == null ? new TensorOptional() : new TensorOptional(tensor);
    }

    public static TensorOptional optional(Tensor tensor) {
        return new TensorOptional(tensor);
    }

    public static Scalar scalar(double value) {
        return new Scalar(value);
    }

    public static Tensor mul(Tensor x, double factor) {
        return x.mul(new Scalar(factor));
    }

    /** Images {@code [batch, 3, height, width]} on the heap. */
    public static Pixels pixels(Tensor images) {
        return new Pixels(
                Math.toIntExact(images.size(0)),
                Math.toIntExact(images.size(2)),
                Math.toIntExact(images.size(3)),
                values(images));
    }

    /** The values of a float32 tensor of any device, row-major. */
    public static float[] values(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.numel())];
        try (PointerScope scope = new PointerScope()) {
            read(tensor.contiguous(), 0, FloatBuffer.wrap(values));
        }
        return values;
    }

    /** The same of whole numbers, which must fit. */
    public static int[] integers(Tensor tensor) {
        int[] values = new int[Math.toIntExact(tensor.numel())];
        if (values.length > 0) {
            IntBuffer memory = memory(tensor.to(ScalarType.Int).cpu().contiguous());
            memory.get(values);
        }
        return values;
    }

    /**
     * Reads from a contiguous float32 tensor of any size and device; of another device's no more than is wanted is copied.
     *
     * @param first index of the first element wanted, in row-major order
     * @param target filled from its position to its limit
     */
    public static void read(Tensor tensor, long first, FloatBuffer target) {
        for (long next = first; target.hasRemaining(); ) {
            try (PointerScope scope = new PointerScope()) {
                int count = Math.min(CHUNK, target.remaining());
                FloatBuffer memory = memory(piece(tensor, next, count).cpu());
                target.put(memory);
                next += count;
            }
        }
    }

    /** Fills a contiguous float32 tensor of any size and device, piece by piece. */
    public static void fill(Tensor tensor, TensorValues values) {
        long elements = tensor.numel();
        try (PointerScope all = new PointerScope()) {
            Tensor copies = tensor.is_cpu() ? null : Placement.CPU.zeros(Math.min(CHUNK, elements));
            for (long first = 0; first < elements; first += CHUNK) {
                try (PointerScope scope = new PointerScope()) {
                    long count = Math.min(CHUNK, elements - first);
                    Tensor piece = piece(tensor, first, count);
                    Tensor memory = copies == null ? piece : copies.narrow(0, 0, count);
                    FloatBuffer target = memory(memory);
                    values.read(first, target);
                    if (copies != null) {
                        piece.copy_(memory);
                    }
                }
            }
        }
    }

    private static Tensor piece(Tensor tensor, long first, long count) {
        return tensor.detach().view(-1).narrow(0, first, count);
    }

    /** The memory of a contiguous tensor on the CPU, all of it: a buffer of Java's ends at 2^31 bytes. */
    private static <B extends Buffer> B memory(Tensor tensor) {
        B memory = tensor.createBuffer();
        if (memory.remaining() != tensor.numel()) {
            throw new IllegalStateException(
                    "a buffer has " + memory.remaining() + " of a tensor's " + tensor.numel() + " elements");
        }
        return memory;
    }
}
