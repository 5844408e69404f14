package org.nextscale.backend.onnx.internal.transformer;

import java.nio.FloatBuffer;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Generation;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.onnx.internal.runtime.OpenResources;
import org.nextscale.backend.onnx.internal.runtime.Sessions;

/** A transformer with its weights loaded. Sessions are thread-safe, so that generations may compute at the same time. */
public final class OnnxScaleTransformer implements ScaleTransformer, OpenResources.Resource {
    private final TransformerSpec spec;
    private final OpenResources siblings;
    private final OpenResources generations = new OpenResources();
    private final TransformerParts parts;
    private boolean closed;

    /**
     * Reads the weights.
     *
     * @param siblings where this removes itself when closed
     */
    public OnnxScaleTransformer(
            TransformerSpec spec, WeightSource source, Sessions sessions, Precision precision, OpenResources siblings) {
        this(spec, new TransformerParts(spec, source, sessions, precision, TransformerParts.SESSION_BYTES), siblings);
    }

    OnnxScaleTransformer(TransformerSpec spec, TransformerParts parts, OpenResources siblings) {
        this.spec = spec;
        this.siblings = siblings;
        this.parts = parts;
    }

    @Override
    public TransformerSpec spec() {
        return spec;
    }

    @Override
    public synchronized Generation begin(int[] labels, boolean unconditional) {
        if (closed) {
            throw new IllegalStateException("the transformer is closed");
        }
        if (labels.length == 0) {
            throw new IllegalArgumentException("no labels: a batch has at least one image");
        }
        for (int label : labels) {
            if (label < 0 || label > spec.classes()) {
                throw new IllegalArgumentException("label " + label + " is not in 0.." + spec.classes());
            }
        }
        return generations.add(new OnnxGeneration(spec, parts, generations, labels, unconditional));
    }

    /** Taken scale by scale with the cache, which is the block-causal mask and costs no more. */
    @Override
    public Logits teacherForcing(int[] labels, float[] inputs) {
        ScalePyramid pyramid = spec.pyramid();
        int vocabulary = spec.vocabularySize();
        int length = pyramid.totalTokens();
        int z = spec.latentChannels();
        int fed = (length - pyramid.tokens(0)) * z;
        if (inputs.length != (long) labels.length * fed) {
            throw new InvalidInputException("teacher forcing: " + inputs.length + " inputs are not [" + labels.length
                    + ", " + fed / z + ", " + z + "]");
        }
        long size = (long) labels.length * length * vocabulary;
        if (size > Integer.MAX_VALUE - 8) {
            throw new InvalidInputException("teacher forcing of " + labels.length + " images at once is too much");
        }
        float[] logits = new float[(int) size];
        float[] row = new float[vocabulary];
        try (Generation generation = begin(labels, false)) {
            for (int scale = 0; scale < pyramid.scales(); scale++) {
                int first = pyramid.begin(scale);
                int tokens = pyramid.tokens(scale);
                float[] input = new float[scale == 0 ? 0 : labels.length * tokens * z];
                for (int image = 0; scale > 0 && image < labels.length; image++) {
                    int from = image * fed + (first - pyramid.tokens(0)) * z;
                    System.arraycopy(inputs, from, input, image * tokens * z, tokens * z);
                }
                Logits found = generation.next(input, false).conditional();
                for (int image = 0; image < labels.length; image++) {
                    for (int token = 0; token < tokens; token++) {
                        found.copyRow(image, token, row);
                        int to = (image * length + first + token) * vocabulary;
                        System.arraycopy(row, 0, logits, to, vocabulary);
                    }
                }
            }
        }
        return new Logits(FloatBuffer.wrap(logits), labels.length, length, vocabulary);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            generations.closeAll();
            parts.close();
            siblings.remove(this);
        }
    }
}
