package org.nextscale.testkit.cranky;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ProbeRequest;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.osgi.service.component.annotations.Component;

/**
 * Misbehaves when it is probed, opened or asked for logits. Told nothing it does so when it is probed, which happens whenever the best
 * backend is looked for. Its nonsense is a score that no backend has, a backend that is none, and logits that are no numbers.
 */
@Component(service = BackendProvider.class)
public final class CrankyBackendProvider implements CrankyPlugin, BackendProvider {
    private static final String WHEN = "when";
    private static final String PROBED = "probed";
    private static final String OPENED = "opened";
    private static final String ASKED = "asked";

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Mood.PARAMETERS.get(0),
                Parameter.choice(WHEN, PROBED, List.of(PROBED, OPENED, ASKED), "at what moment to misbehave"));
    }

    @Override
    public Availability probe(ProbeRequest request) {
        Mood mood = Mood.of(request.options());
        if (request.options().choice(WHEN).equals(PROBED)) {
            mood.act();
            return mood == Mood.NULL ? null : Availability.available(-1, "", "");
        }
        return Availability.available(1, "nowhere", "it is cranky");
    }

    @Override
    public Backend open(ParameterValues options) {
        Mood mood = Mood.of(options);
        if (options.choice(WHEN).equals(OPENED)) {
            mood.act();
            return mood == Mood.NULL ? null : new CrankyBackend(mood, false);
        }
        return new CrankyBackend(mood, true);
    }

    /** @param works whether it makes networks */
    private record CrankyBackend(Mood mood, boolean works) implements Backend {
        @Override
        public String device() {
            return "nowhere";
        }

        @Override
        public ScaleTransformer transformer(TransformerSpec spec, WeightSource weights) {
            return works ? new CrankyTransformer(mood, spec) : null;
        }

        @Override
        public TokenizerNetwork tokenizerNetwork(TokenizerSpec spec, WeightSource weights) {
            return new GreyNetwork(spec);
        }

        @Override
        public void close() {}
    }

    private record CrankyTransformer(Mood mood, TransformerSpec spec) implements ScaleTransformer {
        @Override
        public TransformerSession begin(Conditions conditions, boolean unconditional) {
            return new CrankySession(mood, spec, conditions.size());
        }

        @Override
        public Logits teacherForcing(Conditions conditions, float[] inputs) {
            return logits(mood, spec, conditions.size(), spec.pyramid().totalTokens());
        }

        @Override
        public void close() {}
    }

    private static Logits logits(Mood mood, TransformerSpec spec, int batch, int tokens) {
        mood.act();
        float[] values = new float[batch * tokens * spec.vocabularySize()];
        if (mood == Mood.NONSENSE) {
            Arrays.fill(values, Float.NaN);
        }
        return mood == Mood.NULL ? null : new Logits(FloatBuffer.wrap(values), batch, tokens, spec.vocabularySize());
    }

    /** For one thread. */
    private static final class CrankySession implements TransformerSession {
        private final Mood mood;
        private final TransformerSpec spec;
        private final int batch;
        private int scale;

        CrankySession(Mood mood, TransformerSpec spec, int batch) {
            this.mood = mood;
            this.spec = spec;
            this.batch = batch;
        }

        @Override
        public ScaleLogits next(float[] input, boolean unconditional) {
            Logits logits = logits(mood, spec, batch, spec.pyramid().tokens(scale++));
            return logits == null ? null : ScaleLogits.of(logits, logits);
        }

        @Override
        public void close() {
            if (mood == Mood.THROWS) {
                throw new IllegalStateException("I do not want to be closed");
            }
        }
    }

    private record GreyNetwork(TokenizerSpec spec) implements TokenizerNetwork {
        @Override
        public FeatureMap encode(Pixels images) {
            int height = images.height() / spec.downsampling();
            int width = images.width() / spec.downsampling();
            int values = images.batch() * spec.latentChannels() * height * width;
            return new FeatureMap(images.batch(), spec.latentChannels(), height, width, new float[values]);
        }

        @Override
        public Pixels decode(FeatureMap features) {
            int height = features.height() * spec.downsampling();
            int width = features.width() * spec.downsampling();
            int values = features.batch() * Pixels.CHANNELS * height * width;
            return new Pixels(features.batch(), height, width, new float[values]);
        }

        @Override
        public void close() {}
    }
}
