package org.nextscale.backend.cuda.internal.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.api.BackendException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.backend.cuda.internal.driver.EmulatedGpu;
import org.nextscale.backend.cuda.internal.gpu.Gpu;
import org.nextscale.backend.cuda.internal.gpu.Precision;

/** Encoder and decoder beside the reference's, and what they do about memory, errors and closing. */
class CudaTokenizerNetworkTest {
    /** With the fewest multiply-adds: 16 × 16 pixels. */
    private static final String SMALL = "shared-aln";

    /** The tolerances of the reference vectors. */
    @ParameterizedTest
    @ValueSource(strings = {"base", "shared-aln", "plain-attn"})
    void computesInFloat32WhatTheReferenceComputes(String name) {
        try (EmulatedGpu gpu = new EmulatedGpu();
                ReferenceSet set = new ReferenceSet(name);
                CudaTokenizerNetwork network = network(gpu, set, Precision.FLOAT32)) {
            FeatureMap features = network.encode(set.image());
            assertArrayEquals(set.features().values(), features.values(), 1e-4f);
            Pixels pixels = network.decode(set.quantized());
            assertArrayEquals(set.reconstruction().values(), pixels.values(), 2e-4f);
        }
    }

    /**
     * Operands have 8 bits in bf16 and 11 in tf32, and each of some forty convolutions adds what their rounding costs. With
     * random weights, as here, the networks amplify that more than trained ones do: see {@link TrainedTokenizerTest}.
     */
    @ParameterizedTest
    @CsvSource({"BF16, 3e-2, 2e-2", "TF32, 3e-3, 2e-3"})
    void isCloseInLessPrecision(Precision precision, double decoder, double encoder) {
        try (EmulatedGpu gpu = new EmulatedGpu("seed=2");
                ReferenceSet set = new ReferenceSet(SMALL);
                CudaTokenizerNetwork network = network(gpu, set, precision)) {
            double features = Elements.relativeError(
                    set.features().values(), network.encode(set.image()).values());
            double pixels = Elements.relativeError(
                    set.reconstruction().values(),
                    network.decode(set.quantized()).values());
            String said = precision + ": relative error of features " + features + ", of pixels " + pixels;
            assertTrue(features < encoder && pixels < decoder, said);
            assertTrue(features > encoder / 10 && pixels > decoder / 10, "more exact than it can be: " + said);
        }
    }

    /** Also where the second half goes through a workspace that was made for the whole, and its graph for two images. */
    @Test
    void aBatchIsItsImagesOneByOne() {
        try (EmulatedGpu gpu = new EmulatedGpu();
                ReferenceSet set = new ReferenceSet(SMALL);
                CudaTokenizerNetwork network = network(gpu, set, Precision.BF16)) {
            FeatureMap both = set.quantized();
            float[] together = network.decode(both).values();
            for (int image = 0; image < 2; image++) {
                float[] alone = network.decode(image(both, image)).values();
                float[] part = Arrays.copyOfRange(together, image * alone.length, (image + 1) * alone.length);
                // Products are split in another way for one image.
                assertArrayEquals(part, alone, 2e-2f);
            }
            assertArrayEquals(together, network.decode(both).values(), "the same again to the bit");
        }
    }

    /** Sixteen and one. */
    @Test
    void moreImagesThanGoAtATimeFollowOneAnother() {
        try (EmulatedGpu gpu = new EmulatedGpu();
                ReferenceSet set = new ReferenceSet(SMALL);
                CudaTokenizerNetwork network = network(gpu, set, Precision.FLOAT32)) {
            int images = 17;
            float[] values = new float[images * 8];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) Math.sin(i);
            }
            FeatureMap all = new FeatureMap(images, 8, 1, 1, values);
            float[] together = network.decode(all).values();
            int size = together.length / images;
            for (int image : new int[] {0, 15, 16}) {
                float[] alone = network.decode(image(all, image)).values();
                // Products are split in another way for one image.
                assertArrayEquals(Arrays.copyOfRange(together, image * size, (image + 1) * size), alone, 1e-5f);
            }
        }
    }

    private static FeatureMap image(FeatureMap map, int image) {
        int size = map.values().length / map.batch();
        float[] values = Arrays.copyOfRange(map.values(), image * size, (image + 1) * size);
        return new FeatureMap(1, map.channels(), map.height(), map.width(), values);
    }

    /** Three images on two GPUs, both of which are this one. */
    @Test
    void severalGpusShareABatch() {
        try (EmulatedGpu gpu = new EmulatedGpu();
                ReferenceSet set = new ReferenceSet(SMALL);
                CudaTokenizerNetwork two = network(List.of(gpu(gpu), gpu(gpu)), set, Precision.BF16)) {
            FeatureMap both = set.quantized();
            int size = both.values().length / 2;
            float[] values = Arrays.copyOf(both.values(), 3 * size);
            System.arraycopy(both.values(), 0, values, 2 * size, size);
            FeatureMap three = new FeatureMap(3, both.channels(), both.height(), both.width(), values);
            float[] pixels = two.decode(three).values();
            int image = pixels.length / 3;
            float[] wanted = set.reconstruction().values();
            assertTrue(Elements.relativeError(wanted, Arrays.copyOf(pixels, 2 * image)) < 3e-2);
            float[] third = Arrays.copyOfRange(pixels, 2 * image, 3 * image);
            assertTrue(Elements.relativeError(Arrays.copyOf(wanted, image), third) < 3e-2);
        }
    }

    @Test
    void memoryComesBack() {
        try (EmulatedGpu gpu = new EmulatedGpu();
                ReferenceSet set = new ReferenceSet(SMALL)) {
            long free = gpu.context().freeBytes();
            FeatureMap small = new FeatureMap(1, 8, 1, 1, new float[8]);
            for (int i = 0; i < 20; i++) {
                try (CudaTokenizerNetwork network = network(gpu, set, Precision.BF16)) {
                    network.decode(small);
                    network.decode(new FeatureMap(1, 8, 2, 1, new float[16]));
                    assertTrue(gpu.context().freeBytes() < free);
                }
                assertEquals(free, gpu.context().freeBytes());
            }
        }
    }

    /** The same picture in pieces, and a clear word when not even one image has room. */
    @Test
    void aBatchTooLargeForTheMemoryIsSplitAndAnImageTooLargeRefused() {
        float[] wanted;
        long weights;
        try (EmulatedGpu gpu = new EmulatedGpu();
                ReferenceSet set = new ReferenceSet(SMALL);
                CudaTokenizerNetwork network = network(gpu, set, Precision.FLOAT32)) {
            weights = (8L << 30) - gpu.context().freeBytes();
            wanted = network.decode(set.quantized()).values();
        }
        long one = oneImage();
        try (EmulatedGpu gpu = new EmulatedGpu("memory=" + (weights + one + one / 2));
                ReferenceSet set = new ReferenceSet(SMALL);
                CudaTokenizerNetwork network = network(gpu, set, Precision.FLOAT32)) {
            assertArrayEquals(wanted, network.decode(set.quantized()).values(), 1e-5f);
            network.encode(set.image());
            FeatureMap large = new FeatureMap(1, 8, 16, 16, new float[8 * 256]);
            String message = assertThrows(BackendException.class, () -> network.decode(large))
                    .getMessage();
            assertTrue(
                    message.matches(
                            "emulated GPU 0: the decoder needs for one map of 16 × 16 \\d+ MB: .*; \\d+ MB are free: "
                                    + "smaller images or precision=bf16 need less"),
                    message);
            assertArrayEquals(wanted, network.decode(set.quantized()).values(), 1e-5f);
        }
    }

    /** Bytes that the decoder plans for an image of the small set. */
    private static long oneImage() {
        try (EmulatedGpu gpu = new EmulatedGpu();
                ReferenceSet set = new ReferenceSet(SMALL);
                CudaTokenizerNetwork network = network(gpu, set, Precision.FLOAT32)) {
            long before = gpu.context().freeBytes();
            network.decode(image(set.quantized(), 0));
            return before - gpu.context().freeBytes();
        }
    }

    @Test
    void aLostDeviceIsSaidAndClosingIsQuiet() {
        try (EmulatedGpu gpu = new EmulatedGpu("failing-call=cuGraphLaunch", "failing-at=2", "failure=719");
                ReferenceSet set = new ReferenceSet(SMALL);
                CudaTokenizerNetwork network = network(gpu, set, Precision.BF16)) {
            FeatureMap small = new FeatureMap(1, 8, 1, 1, new float[8]);
            network.decode(small);
            String message = assertThrows(BackendException.class, () -> network.decode(small))
                    .getMessage();
            assertEquals(
                    "cuGraphLaunch failed: CUDA_ERROR_LAUNCH_FAILED; the GPU is lost to this process, start it again",
                    message);
            gpu.setLost();
        }
    }

    @Test
    void aMapThatTheKernelsCannotCountIsRefused() {
        try (EmulatedGpu gpu = new EmulatedGpu();
                ReferenceSet set = new ReferenceSet("base");
                CudaTokenizerNetwork network = network(gpu, set, Precision.BF16)) {
            int cells = 70_000;
            String message = assertThrows(
                            InvalidInputException.class,
                            () -> network.decode(new FeatureMap(1, 8, 1, cells, new float[8 * cells])))
                    .getMessage();
            assertTrue(message.startsWith("a map of 70000 × 1 cells is too large for this tokenizer"), message);
        }
    }

    private static Gpu gpu(EmulatedGpu gpu) {
        return new Gpu(gpu.context(), gpu.kernels());
    }

    private static CudaTokenizerNetwork network(EmulatedGpu gpu, ReferenceSet set, Precision precision) {
        return network(List.of(gpu(gpu)), set, precision);
    }

    private static CudaTokenizerNetwork network(List<Gpu> gpus, ReferenceSet set, Precision precision) {
        return new CudaTokenizerNetwork(
                set.model().spec().tokenizer(), set.model().tokenizerWeights(), gpus, precision);
    }
}
