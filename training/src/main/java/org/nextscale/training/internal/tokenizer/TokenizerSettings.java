package org.nextscale.training.internal.tokenizer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.training.internal.loop.RunSettings;
import org.nextscale.training.internal.loss.PatchDiscriminator;
import org.nextscale.training.internal.loss.PerceptualLoss;
import org.nextscale.training.internal.optimizer.LearningRate;

/**
 * What can be set about training a tokenizer. The authors of VAR published no recipe for theirs; the weights of the losses and
 * the rates are those of a sibling repository of theirs.
 */
final class TokenizerSettings {
    private final ParameterValues values;

    TokenizerSettings(ParameterValues values) {
        this.values = values;
    }

    static List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        all.add(Parameter.text("patch-nums", "1,2,3,4,5,6,8,10,13,16", "tokens along an edge of every scale"));
        all.add(Parameter.integer("channels", 160, 32, 4096, "of the first level, a multiple of 32"));
        all.add(Parameter.text(
                "channel-multipliers", "1,1,2,2,4", "of every level; each but the last halves the size"));
        all.add(Parameter.integer("residual-blocks", 2, 1, 16, "a level in the encoder; the decoder has one more"));
        all.add(Parameter.integer("latent-channels", 32, 1, 4096, "of a code"));
        all.add(Parameter.integer("vocabulary", 4096, 2, 1 << 20, "codes"));
        all.add(Parameter.integer("phi", 4, 0, 256, "convolutions that the scales share; 0 for one each"));
        all.add(Parameter.flag("cosine", false, "nearest code by cosine instead of distance"));
        all.add(Parameter.text("from", "", "start with this tokenizer's weights: a run, a package or a vae.pth"));
        all.addAll(RunSettings.parameters(20));
        all.add(Parameter.number("learning-rate", 3e-4, 0, 1, "at its peak"));
        all.add(Parameter.choice("schedule", "cosine", List.of("lin0", "cosine"), "how the learning rate falls"));
        all.add(Parameter.number("warm-up", 0.01, 0, 1, "share of the run in which the learning rate rises"));
        all.add(Parameter.number("final-rate", 0.3, 0, 1, "share of the peak that is left at the end"));
        all.add(Parameter.number("beta1", 0.5, 0, 0.9999, "of AdamW"));
        all.add(Parameter.number("beta2", 0.9, 0, 0.9999, "of AdamW"));
        all.add(Parameter.number("weight-decay", 0, 0, 1, "of convolutions"));
        all.add(Parameter.number("clip", 10, 0, 1e9, "largest norm of the gradient"));
        all.add(Parameter.number(
                "average", 0.9999, 0, 0.99999, "decay of the average of the weights (EMA); 0 for none"));
        all.add(Parameter.number("l1", 0.2, 0, 1e6, "weight of the absolute error"));
        all.add(Parameter.number("l2", 1, 0, 1e6, "weight of the squared error"));
        all.add(Parameter.number("quantizer", 1, 0, 1e6, "weight of the quantizer's loss"));
        all.add(Parameter.text("perceptual-network", "", "file of a feature network: LPIPS-VGG weights or ONNX"));
        all.add(Parameter.number("perceptual", 1, 0, 1e6, "weight of the difference in its features"));
        all.add(Parameter.number("adversarial", 0, 0, 1e6, "weight of a patch discriminator's verdict, such as 0.4"));
        all.add(Parameter.number("adversarial-start", 0.2, 0, 1, "share of the run without it"));
        all.add(Parameter.integer("discriminator-channels", 64, 1, 4096, "of its first layer"));
        all.add(Parameter.integer("discriminator-layers", 3, 1, 8, "that halve the size"));
        all.add(Parameter.number("unquantized", 0.02, 0, 1, "share of the run before the codes are placed and used"));
        all.add(Parameter.integer(
                "revive-every", 50, 0, 1 << 30, "steps after which unused codes are moved; 0: never"));
        all.add(Parameter.number("revive-until", 0.8, 0, 1, "share of the run in which they are"));
        all.add(Parameter.flag("flip", true, "also learn from mirror images"));
        return List.copyOf(all);
    }

    RunSettings run() {
        return RunSettings.of(values);
    }

    ParameterValues values() {
        return values;
    }

    double number(String name) {
        return values.number(name);
    }

    int integer(String name) {
        return Math.toIntExact(values.integer(name));
    }

    String text(String name) {
        return values.text(name).strip();
    }

    TokenizerSpec spec() {
        return TokenizerSpec.builder()
                .channels(integer("channels"))
                .channelMultipliers(numbers("channel-multipliers"))
                .residualBlocks(integer("residual-blocks"))
                .latentChannels(integer("latent-channels"))
                .vocabularySize(integer("vocabulary"))
                .phiCount(integer("phi"))
                .cosine(values.flag("cosine"))
                .build();
    }

    ScalePyramid pyramid() {
        return new ScalePyramid(numbers("patch-nums"));
    }

    private List<Integer> numbers(String name) {
        try {
            return Arrays.stream(text(name).split("[,\\s]+"))
                    .map(Integer::valueOf)
                    .toList();
        } catch (NumberFormatException e) {
            throw new InvalidInputException(
                    name + " is '" + text(name) + "', must be whole numbers with commas between them", e);
        }
    }

    LearningRate learningRate(long steps) {
        return new LearningRate(
                LearningRate.Shape.of(values.choice("schedule")),
                number("learning-rate"),
                Math.round(number("warm-up") * steps),
                steps,
                LearningRate.START,
                number("final-rate"));
    }

    /** The first step that places codes and uses them. */
    long firstQuantized(long steps) {
        return text("from").isEmpty() ? Math.round(number("unquantized") * steps) : 0;
    }

    /**
     * Refuses what would end the run later on, or leave nothing of use, before it begins.
     *
     * @param side pixels along an edge of the images
     */
    void check(long steps, int side) {
        if (firstQuantized(steps) >= steps) {
            throw new InvalidInputException("unquantized " + number("unquantized") + " leaves none of the run's "
                    + steps + " steps to place codes and use them");
        }
        if (number("adversarial") > 0) {
            PatchDiscriminator.require(integer("discriminator-channels"), integer("discriminator-layers"), side, side);
        }
        if (!text("perceptual-network").isEmpty()) {
            PerceptualLoss.requireThere(Path.of(text("perceptual-network")));
        }
    }
}
