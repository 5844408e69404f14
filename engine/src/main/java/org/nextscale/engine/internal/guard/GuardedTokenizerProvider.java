package org.nextscale.engine.internal.guard;

import java.util.Objects;
import java.util.Optional;
import org.nextscale.api.BackendException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.PluginException;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.tokenizer.FeatureAccumulator;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.MultiScaleTokens;
import org.nextscale.api.tokenizer.QuantizerTables;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.api.tokenizer.VisualTokenizerProvider;

/** A maker of tokenizers whose failures, and those of its tokenizers, name it; what these return has the right shape. */
final class GuardedTokenizerProvider extends GuardedPlugin<VisualTokenizerProvider> implements VisualTokenizerProvider {
    GuardedTokenizerProvider(Described<VisualTokenizerProvider> plugin) {
        super(plugin);
    }

    @Override
    public VisualTokenizer create(TokenizerNetwork network, WeightSource weights, ParameterValues values) {
        return new Tokenizer(
                who(), network.spec(), PluginCalls.guarded(who(), () -> plugin().create(network, weights, values)));
    }

    private record Tokenizer(String who, TokenizerSpec spec, VisualTokenizer tokenizer) implements VisualTokenizer {
        @Override
        public FeatureMap encode(Pixels images) {
            return PluginCalls.guarded(who, () -> tokenizer.encode(images));
        }

        @Override
        public Pixels decode(FeatureMap features) {
            Pixels pixels = PluginCalls.guarded(who, () -> tokenizer.decode(features));
            for (float value : pixels.values()) {
                // It would be black in a file, without a word.
                if (!Float.isFinite(value)) {
                    throw new BackendException(
                            "the decoded pixels are not finite: the weights or the backend's arithmetic are broken");
                }
            }
            return pixels;
        }

        @Override
        public MultiScaleTokens quantize(FeatureMap features, ScalePyramid pyramid) {
            int side = pyramid.finestSide();
            if (features.channels() != spec.latentChannels() || features.height() != side || features.width() != side) {
                throw new InvalidInputException(
                        "a feature map of " + features.channels() + " x " + features.height() + " x "
                                + features.width() + " cannot be quantized, " + spec.latentChannels() + " x " + side
                                + " x " + side
                                + " can");
            }
            MultiScaleTokens tokens = PluginCalls.guarded(who, () -> tokenizer.quantize(features, pyramid));
            if (tokens.batch() != features.batch() || !tokens.pyramid().equals(pyramid)) {
                throw new PluginException(who + " returned tokens of another batch or pyramid");
            }
            return tokens;
        }

        @Override
        public FeatureMap accumulate(MultiScaleTokens tokens, int lastScale) {
            return PluginCalls.guarded(who, () -> tokenizer.accumulate(tokens, lastScale));
        }

        @Override
        public float[] teacherForcingInput(MultiScaleTokens tokens) {
            int rows = tokens.pyramid().totalTokens() - tokens.pyramid().tokens(0);
            return sized(
                    "teacher-forcing input",
                    tokens.batch() * rows,
                    PluginCalls.guarded(who, () -> tokenizer.teacherForcingInput(tokens)));
        }

        @Override
        public FeatureAccumulator accumulator(int batch, ScalePyramid pyramid) {
            return new Accumulator(
                    this, batch, pyramid, PluginCalls.guarded(who, () -> tokenizer.accumulator(batch, pyramid)));
        }

        @Override
        public float[] embed(int[] tokens) {
            for (int token : tokens) {
                Objects.checkIndex(token, spec.vocabularySize());
            }
            return sized("codes", tokens.length, PluginCalls.guarded(who, () -> tokenizer.embed(tokens)));
        }

        @Override
        public float[] mix(float[] weights) {
            return sized(
                    "mixed codes",
                    weights.length / spec.vocabularySize(),
                    PluginCalls.guarded(who, () -> tokenizer.mix(weights)));
        }

        @Override
        public Optional<QuantizerTables> quantizerTables() {
            return PluginCalls.guarded(who, tokenizer::quantizerTables);
        }

        /** Values that must be {@code [rows, z]}. */
        private float[] sized(String what, int rows, float[] values) {
            long wanted = (long) rows * spec.latentChannels();
            if (values.length != wanted) {
                throw new PluginException(who + " returned " + values.length + " values as " + what + " instead of "
                        + rows + " x " + spec.latentChannels());
            }
            return values;
        }
    }

    /** For one thread. */
    private static final class Accumulator implements FeatureAccumulator {
        private final Tokenizer owner;
        private final int batch;
        private final ScalePyramid pyramid;
        private final FeatureAccumulator accumulator;
        private int added;

        Accumulator(Tokenizer owner, int batch, ScalePyramid pyramid, FeatureAccumulator accumulator) {
            this.owner = owner;
            this.batch = batch;
            this.pyramid = pyramid;
            this.accumulator = accumulator;
        }

        @Override
        public void add(float[] embeddings) {
            PluginCalls.guarded(owner.who(), () -> {
                accumulator.add(embeddings);
                return true;
            });
            added++;
        }

        @Override
        public float[] nextInput() {
            int rows = added == 0 || added == pyramid.scales() ? 0 : batch * pyramid.tokens(added);
            return owner.sized("input", rows, PluginCalls.guarded(owner.who(), accumulator::nextInput));
        }

        @Override
        public FeatureMap featureMap() {
            FeatureMap found = PluginCalls.guarded(owner.who(), accumulator::featureMap);
            int side = pyramid.finestSide();
            if (found.batch() != batch
                    || found.channels() != owner.spec().latentChannels()
                    || found.height() != side
                    || found.width() != side) {
                throw new PluginException(owner.who() + " returned a feature map of another shape");
            }
            return found;
        }
    }
}
