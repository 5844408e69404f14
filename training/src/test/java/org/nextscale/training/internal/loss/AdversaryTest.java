package org.nextscale.training.internal.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;
import org.nextscale.training.internal.optimizer.AdamW;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.Placement;
import org.nextscale.training.internal.torch.TensorSet;

/** The discriminator, its losses and their weight, against sums done by hand. */
class AdversaryTest {

    private static float[] random(long seed, int count) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @Test
    void scoresAreThoseOfPlainLoops() {
        try (PointerScope scope = new PointerScope();
                PatchDiscriminator discriminator = new PatchDiscriminator(8, 2, 5, Placement.CPU)) {
            TensorSet weights = discriminator.weights();
            assertEquals(
                    List.of(
                            "main.0.weight",
                            "main.0.bias",
                            "main.2.weight",
                            "main.3.weight",
                            "main.3.bias",
                            "main.5.weight",
                            "main.6.weight",
                            "main.6.bias",
                            "main.8.weight",
                            "main.8.bias"),
                    weights.names());
            assertArrayEquals(new long[] {32, 16, 4, 4}, weights.shape("main.5.weight"));
            // Larger than at first, so that the norms' epsilon and the slopes make a difference.
            weights.get("main.0.weight").detach().mul_(Ops.scalar(20));
            float[] pixels = random(1, 2 * 3 * 16 * 12);
            Tensor score = discriminator.score(Tensor.create(pixels, 2, 3, 16, 12));
            assertArrayEquals(new long[] {2, 1, 2, 1}, score.shape());
            for (int image = 0; image < 2; image++) {
                PlainMaps x = new PlainMaps(3, 16, 12, pixels, image * 3 * 16 * 12);
                x = x.convolution(weights, "main.0", true, 2, 1).leaky(0.2);
                x = x.convolution(weights, "main.2", false, 2, 1)
                        .groupNorm(weights, "main.3", 8)
                        .leaky(0.2);
                x = x.convolution(weights, "main.5", false, 1, 1)
                        .groupNorm(weights, "main.6", 8)
                        .leaky(0.2);
                x = x.convolution(weights, "main.8", true, 1, 1);
                assertEquals(2, x.values().length);
                for (int i = 0; i < 2; i++) {
                    assertEquals(x.values()[i], Ops.values(score)[image * 2 + i], 1e-5);
                }
            }
        }
    }

    @Test
    void theSeedDecidesTheWeights() {
        try (PointerScope scope = new PointerScope();
                PatchDiscriminator one = new PatchDiscriminator(16, 1, 1, Placement.CPU);
                PatchDiscriminator same = new PatchDiscriminator(16, 1, 1, Placement.CPU);
                PatchDiscriminator other = new PatchDiscriminator(16, 1, 2, Placement.CPU)) {
            float[] values = Ops.values(one.weights().get("main.2.weight"));
            assertArrayEquals(values, Ops.values(same.weights().get("main.2.weight")));
            float[] others = Ops.values(other.weights().get("main.2.weight"));
            double sum = 0;
            double covariance = 0;
            for (int i = 0; i < values.length; i++) {
                sum += values[i] * values[i];
                covariance += values[i] * others[i];
            }
            // 8192 draws: the deviation of their deviation is 0.8 %.
            assertEquals(0.02, Math.sqrt(sum / values.length), 0.0008);
            assertEquals(0, covariance / sum, 0.05);
        }
    }

    @Test
    void learnsToTellImagesApart() {
        try (PatchDiscriminator discriminator = new PatchDiscriminator(8, 1, 3, Placement.CPU);
                AdamW optimizer = new AdamW(discriminator.weights(), 0.5, 0.9, 0)) {
            double first = 0;
            double last = 0;
            for (int step = 0; step < 30; step++) {
                try (PointerScope scope = new PointerScope()) {
                    float[] noise = random(step, 4 * 3 * 8 * 8);
                    Tensor real = Ops.mul(Tensor.create(noise, 4, 3, 8, 8), 0.3);
                    Tensor fake = Ops.mul(Tensor.create(noise, 4, 3, 8, 8), 0.1);
                    discriminator.weights().clearGradients();
                    Tensor loss = HingeLoss.ofDiscriminator(discriminator.score(real), discriminator.score(fake));
                    loss.backward();
                    optimizer.step(step, 3e-3);
                    last = loss.item_double();
                    first = step == 0 ? last : first;
                }
            }
            assertEquals(1, first, 0.05);
            assertTrue(last < 0.6, "loss " + first + " to " + last);
        }
    }

    @Test
    void gradientsReachTheImages() {
        try (PointerScope scope = new PointerScope();
                PatchDiscriminator discriminator = new PatchDiscriminator(8, 1, 3, Placement.CPU)) {
            Tensor images = Tensor.create(random(2, 3 * 8 * 8), 1, 3, 8, 8);
            images.set_requires_grad(true);
            HingeLoss.ofGenerator(discriminator.score(images)).backward();
            assertTrue(images.grad().norm().item_double() > 1e-6);
        }
    }

    @Test
    void sizesThatCannotBeAreRefused() {
        String channels = assertThrows(
                        InvalidInputException.class, () -> new PatchDiscriminator(12, 3, 1, Placement.CPU))
                .getMessage();
        assertEquals("discriminator: channels are 12 and layers 3, must be a multiple of 8 and 1..8", channels);
        try (PointerScope scope = new PointerScope();
                PatchDiscriminator discriminator = new PatchDiscriminator(8, 3, 1, Placement.CPU)) {
            Tensor small = Tensor.create(random(2, 3 * 16 * 16), 1, 3, 16, 16);
            String said = assertThrows(InvalidInputException.class, () -> discriminator.score(small))
                    .getMessage();
            assertEquals("discriminator: images of 16 x 16 pixels are too small for 3 layers, which need 24", said);
        }
    }

    @Test
    void hingesAreMeansOfWhatIsLacking() {
        try (PointerScope scope = new PointerScope()) {
            Tensor real = Tensor.create(new float[] {2, 0.5f, -1}, 3);
            Tensor fake = Tensor.create(new float[] {-3, 0, 1, -0.5f}, 4);
            double lacking = (0 + 0.5 + 2) / 3;
            double exceeding = (0 + 1 + 2 + 0.5) / 4;
            assertEquals(
                    (lacking + exceeding) / 2,
                    HingeLoss.ofDiscriminator(real, fake).item_double(),
                    1e-6);
            assertEquals(2.5 / 4, HingeLoss.ofGenerator(fake).item_double(), 1e-6);
        }
    }

    @Test
    void theWeightIsTheRatioOfTheGradients() {
        try (PointerScope scope = new PointerScope()) {
            Tensor weight = Tensor.create(new float[] {1, -2}, 2);
            weight.set_requires_grad(true);
            Tensor a = Tensor.create(new float[] {3, 4}, 2);
            Tensor b = Tensor.create(new float[] {0, 2}, 2);
            Tensor reconstruction = weight.mul(a).sum();
            Tensor adversarial = weight.mul(b).sum();
            assertEquals(5 / (2 + 1e-4), AdaptiveWeight.of(reconstruction, adversarial, weight), 1e-5);
            Tensor nothing = weight.mul(Ops.scalar(0)).sum();
            assertEquals(1e4, AdaptiveWeight.of(reconstruction, nothing, weight));
            assertEquals(0, AdaptiveWeight.of(nothing, adversarial, weight));
            // The graphs are still there, and nothing has gone into the gradient.
            reconstruction.add(adversarial).backward();
            assertArrayEquals(new float[] {3, 6}, Ops.values(weight.grad()));
        }
    }

    @Test
    void memoryComesBack() {
        long after = 0;
        for (int i = 0; i < 60; i++) {
            try (PointerScope scope = new PointerScope();
                    PatchDiscriminator discriminator = new PatchDiscriminator(64, 3, i, Placement.CPU)) {
                discriminator.score(Tensor.create(new float[3 * 32 * 32], 1, 3, 32, 32));
            }
            after = i == 9 ? Pointer.physicalBytes() : after;
        }
        // Its weights and their gradients are 22 MB: fifty that stay would be a gigabyte.
        long grown = Pointer.physicalBytes() - after;
        assertTrue(grown < 100 << 20, grown + " bytes more after fifty discriminators");
    }
}
