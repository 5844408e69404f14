package org.nextscale.backend.onnx.internal.transformer;

import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.onnx.internal.runtime.Sessions;
import org.nextscale.backend.support.TeacherForcing;
import org.nextscale.backend.support.TransformerTensors;

/** A transformer with its weights loaded. ONNX Runtime's sessions are thread-safe, so that several batches may compute at once. */
public final class OnnxScaleTransformer implements ScaleTransformer {
    private final TransformerSpec spec;
    private final TransformerParts parts;

    /** Reads the weights. */
    public OnnxScaleTransformer(TransformerSpec spec, WeightSource source, Sessions sessions, Precision precision) {
        this(spec, loaded(spec, source, sessions, precision));
    }

    OnnxScaleTransformer(TransformerSpec spec, TransformerParts parts) {
        this.spec = spec;
        this.parts = parts;
    }

    private static TransformerParts loaded(
            TransformerSpec spec, WeightSource source, Sessions sessions, Precision precision) {
        TransformerTensors.require(spec, source);
        return new TransformerParts(spec, source, sessions, precision, TransformerParts.SESSION_BYTES);
    }

    @Override
    public TransformerSpec spec() {
        return spec;
    }

    @Override
    public TransformerSession begin(Conditions conditions, boolean unconditional) {
        return new OnnxSession(spec, parts, conditions.embeddingRows(spec), unconditional);
    }

    @Override
    public Logits teacherForcing(Conditions conditions, float[] inputs) {
        return TeacherForcing.scaleByScale(this, conditions, inputs, conditions.size());
    }

    @Override
    public void close() {
        parts.close();
    }
}
