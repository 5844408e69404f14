package org.nextscale.training.internal.transformer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.training.internal.data.TokenCacheContent;
import org.nextscale.training.internal.loop.RunSettings;
import org.nextscale.training.internal.network.DropPath;
import org.nextscale.training.internal.optimizer.LearningRate;

/**
 * What can be set about training a transformer. The defaults are the published recipe for 256 px but for depth, batch and crops,
 * which are for smaller machines: docs/training.md says what to set for the rest of it.
 */
final class TransformerSettings {
    private final ParameterValues values;

    TransformerSettings(ParameterValues values) {
        this.values = values;
    }

    static List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        all.add(Parameter.text("tokenizer", "", "a tokenizer's run or folder, a model package, or a vae.pth"));
        all.add(Parameter.text("from", "", "fine-tune this model: a package, or a folder with checkpoints"));
        all.add(Parameter.text("name", "", "what the model is called; by default like the run's folder"));
        all.add(Parameter.text(
                "description", "", "where its images are from and under what terms, to stand in the model"));
        all.add(Parameter.integer("depth", 8, 1, 1024, "blocks"));
        all.add(Parameter.integer("width", 0, 0, 1 << 16, "channels; 0 for 64 times the depth"));
        all.add(Parameter.integer("heads", 0, 0, 1024, "attention heads; 0 for one in 64 channels"));
        all.add(Parameter.flag("shared-adaln", false, "one AdaLN for all blocks, as the published d36"));
        all.addAll(RunSettings.parameters(200));
        all.add(Parameter.integer("accumulate", 1, 1, 1 << 16, "parts that a batch is computed in, to save memory"));
        all.add(Parameter.number("base-learning-rate", 1e-4, 0, 1, "for a batch of 256; grows with the batch"));
        all.add(Parameter.number("learning-rate", 0, 0, 1, "at its peak; 0 for base-learning-rate * batch / 256"));
        all.add(Parameter.choice(
                "schedule",
                "lin0",
                List.of("lin0", "cosine"),
                "how the learning rate falls; lin0 is bent when progressive"));
        all.add(Parameter.number("warm-up", 0.02, 0, 1, "share of the run in which the learning rate rises"));
        all.add(Parameter.number("final-rate", 0.1, 0, 1, "share of the peak that is left at the end"));
        all.add(Parameter.number("weight-decay", 0.05, 0, 1, "of matrices; biases and positions have none"));
        all.add(Parameter.number("clip", 2, 0, 1e9, "largest norm of the gradient"));
        all.add(Parameter.number("label-drop", 0.1, 0, 1, "share of labels replaced by none, for guidance"));
        all.add(Parameter.number("drop-path", -1, -1, 0.99, "in the last block; -1 for 0.1 * depth / 24"));
        all.add(Parameter.number("label-smoothing", 0, 0, 0.99, "of the cross entropy"));
        all.add(Parameter.number("initial-gamma", 1e-3, 0, 1, "what AdaLN's gammas begin with (alng)"));
        all.add(Parameter.number("average", 0, 0, 0.99999, "decay of an average of the weights (EMA); 0 for none"));
        all.add(Parameter.number(
                "progressive", 0, 0, 1, "share of the run in which finer scales join; 0: all at once"));
        all.add(Parameter.integer("progressive-start", 5, 1, 256, "scales that a progressive run begins with"));
        all.add(Parameter.choice("precision", "f32", List.of("f32", "bf16"), "of the large products"));
        all.add(Parameter.flag("flip", false, "also learn from mirror images"));
        all.add(Parameter.integer(
                "crops",
                1,
                1,
                TokenCacheContent.MOST_VIEWS,
                "random crops whose tokens are kept of every photograph; 1 for its middle"));
        all.add(Parameter.choice("dtype", "f32", List.of("f32", "f16", "bf16"), "that the model is stored in"));
        all.add(Parameter.text("token-cache", "", "file with the tokens; by default in the run's folder"));
        return List.copyOf(all);
    }

    RunSettings run() {
        return RunSettings.of(values);
    }

    ParameterValues values() {
        return values;
    }

    String path(String name) {
        return values.text(name).strip();
    }

    double number(String name) {
        return values.number(name);
    }

    int integer(String name) {
        return Math.toIntExact(values.integer(name));
    }

    boolean flag(String name) {
        return values.flag(name);
    }

    /** That the model is stored in. */
    DataType dataType() {
        return DataType.valueOf(values.choice("dtype").toUpperCase(Locale.ROOT));
    }

    /** The shape of a new transformer. */
    ModelSpec spec(TokenizerSpec tokenizer, ScalePyramid pyramid, int classes) {
        int depth = integer("depth");
        int width = integer("width") > 0 ? integer("width") : 64 * depth;
        int heads = integer("heads") > 0 ? integer("heads") : Math.max(1, width / 64);
        if (width % heads != 0) {
            throw new InvalidInputException("width " + width + " is no multiple of heads " + heads);
        }
        TransformerSpec transformer = TransformerSpec.builder(depth)
                .width(width)
                .heads(heads)
                .classes(classes)
                .sharedAdaLn(flag("shared-adaln"))
                .tokens(tokenizer)
                .pyramid(pyramid)
                .build();
        return ModelSpec.of(tokenizer, transformer);
    }

    double dropPath(int depth) {
        double given = number("drop-path");
        return given < 0 ? DropPath.recommended(depth) : given;
    }

    LearningRate learningRate(long steps) {
        double given = number("learning-rate");
        double peak = given > 0 ? given : number("base-learning-rate") * integer("batch") / 256;
        double progressive = number("progressive");
        LearningRate.Shape shape = LearningRate.Shape.of(values.choice("schedule"));
        return new LearningRate(
                shape == LearningRate.Shape.LIN0 && progressive > 0 ? LearningRate.Shape.bent(progressive) : shape,
                peak,
                Math.round(number("warm-up") * steps),
                steps,
                LearningRate.START,
                number("final-rate"));
    }

    /** Refuses what cannot be before anything is read. */
    void check() {
        if (path("tokenizer").isEmpty() == path("from").isEmpty()) {
            throw new InvalidInputException(
                    "a transformer is trained on a tokenizer (tokenizer) or from a model (from): give one of the two");
        }
        if (integer("batch") % integer("accumulate") != 0) {
            throw new InvalidInputException(
                    "accumulate " + integer("accumulate") + " does not divide batch " + integer("batch"));
        }
        int views = integer("crops") * (flag("flip") ? 2 : 1);
        if (views > TokenCacheContent.MOST_VIEWS) {
            throw new InvalidInputException("crops " + integer("crops")
                    + (flag("flip") ? ", and as many mirror images," : "") + " are more than the "
                    + TokenCacheContent.MOST_VIEWS + " views that are kept of an image");
        }
    }
}
