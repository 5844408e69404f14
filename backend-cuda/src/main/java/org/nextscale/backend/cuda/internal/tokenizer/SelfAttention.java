package org.nextscale.backend.cuda.internal.tokenizer;

import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;

/**
 * {@code x + projection(attention(norm(x)))} over all pixels of an image, with one head as wide as the map has channels. Done
 * as products with the scores in memory: they are small, as is all of it beside the convolutions.
 *
 * <p>Values come out turned, {@code [channels, pixels]}, since products run along the rows of both operands. Their bias is
 * added behind the weighted sum, whose weights add up to one.
 *
 * @param queriesAndKeys 1×1, of both, one behind the other
 */
record SelfAttention(GroupNorm norm, Convolution queriesAndKeys, Convolution values, Convolution projection)
        implements Stage {

    @Override
    public void run(Canvas canvas) {
        MapShape shape = canvas.shape();
        MapKernels kernels = canvas.kernels();
        int images = shape.images();
        int pixels = shape.positions();
        int channels = shape.channels();
        int pitch = MapShape.padded(pixels);
        int bytes = kernels.elementBytes();
        long imageOfMap = (long) pixels * channels;
        long imageOfJoint = 2 * imageOfMap;
        long imageOfScores = (long) pixels * pitch;
        long imageOfValues = (long) channels * pitch;
        DeviceBuffer normed = norm.run(canvas, canvas.map(), shape);
        DeviceBuffer joint = canvas.memory(ScratchMemory.Use.QUERIES_AND_KEYS, images * imageOfJoint * bytes);
        queriesAndKeys.run(canvas, shape, Convolution.Way.SAME, normed, null, joint);
        DeviceBuffer turned = canvas.memory(ScratchMemory.Use.VALUES, images * imageOfValues * bytes);
        canvas.multiply(
                Product.ofMatrices(channels, channels, channels, pixels, channels, 0, imageOfMap),
                values.kernelBuffer(),
                normed,
                null,
                null,
                turned);
        DeviceBuffer scores = canvas.memory(ScratchMemory.Use.SCORES, images * imageOfScores * Float.BYTES);
        long keysAt = (long) channels * bytes;
        canvas.put(kernels.products()
                .scores(
                        Product.ofMatrices(
                                pixels, 2 * channels, channels, pixels, 2 * channels, imageOfJoint, imageOfJoint),
                        images,
                        joint,
                        joint.slice(keysAt, joint.bytes() - keysAt),
                        scores));
        DeviceBuffer probabilities = canvas.memory(ScratchMemory.Use.PROBABILITIES, images * imageOfScores * bytes);
        float scale = (float) (1 / Math.sqrt(channels));
        canvas.put(kernels.softmax(scores, probabilities, images * pixels, pixels, pitch, scale));
        DeviceBuffer mixed = canvas.memory(ScratchMemory.Use.OPERAND, canvas.bytes(shape));
        canvas.multiply(
                Product.ofMatrices(pixels, pitch, pitch, channels, pitch, imageOfScores, imageOfValues),
                probabilities,
                turned,
                values.biasBuffer(),
                null,
                mixed);
        projection.run(canvas, shape, Convolution.Way.SAME, mixed, canvas.map(), canvas.map());
    }
}
