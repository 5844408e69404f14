package org.nextscale.backend.cuda.internal.loop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.DeviceMemory;
import org.nextscale.backend.cuda.internal.driver.EmulatedGpu;
import org.nextscale.backend.cuda.internal.driver.Stream;
import org.nextscale.backend.cuda.internal.gpu.Gpu;
import org.nextscale.backend.support.Resources;

/**
 * A transformer whose logits are a table's, plus a little of what a scale starts from: on the host, and the same bits on the
 * device (scripted.cu).
 */
public final class ScriptedTransformer implements LoopTransformer {
    private final TransformerSpec spec;
    private final float[] table;
    private final EmulatedGpu gpu;
    private DeviceBuffer uploaded;

    public ScriptedTransformer(EmulatedGpu gpu, TransformerSpec spec, Random random) {
        this.gpu = gpu;
        this.spec = spec;
        table = Scores.NORMAL.many((spec.classes() + 1) * spec.pyramid().totalTokens() * spec.vocabularySize(), random);
    }

    @Override
    public TransformerSpec spec() {
        return spec;
    }

    /** Breaks one logit of a class at a scale. */
    void setLogit(int label, int scale, float value) {
        table[(label * spec.pyramid().totalTokens() + spec.pyramid().begin(scale)) * spec.vocabularySize()] = value;
    }

    @Override
    public TransformerSession begin(Conditions conditions, boolean unconditional) {
        int[] rows = conditions.embeddingRows(spec);
        return new TransformerSession() {
            private int scale;

            @Override
            public ScaleLogits next(float[] input, boolean guided) {
                Logits conditional = logits(rows, scale, input);
                ScaleLogits logits = guided
                        ? ScaleLogits.of(conditional, logits(underNoClass(rows), scale, input))
                        : ScaleLogits.of(conditional);
                scale++;
                return logits;
            }

            @Override
            public void close() {}
        };
    }

    private int[] underNoClass(int[] rows) {
        int[] none = new int[rows.length];
        Arrays.fill(none, spec.classes());
        return none;
    }

    private Logits logits(int[] rows, int scale, float[] input) {
        ScalePyramid pyramid = spec.pyramid();
        int tokens = pyramid.tokens(scale);
        int vocabulary = spec.vocabularySize();
        int z = spec.latentChannels();
        FloatBuffer values = FloatBuffer.allocate(rows.length * tokens * vocabulary);
        for (int i = 0; i < values.capacity(); i++) {
            int code = i % vocabulary;
            int row = i / vocabulary;
            int token = pyramid.begin(scale) + row % tokens;
            float known = table[(rows[row / tokens] * pyramid.totalTokens() + token) * vocabulary + code];
            values.put(i, known + (scale == 0 ? 0 : input[row * z + code % z]));
        }
        return new Logits(values, rows.length, tokens, vocabulary);
    }

    @Override
    public Logits teacherForcing(Conditions conditions, float[] inputs) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}

    /** The same on the device. */
    @Override
    public List<Place> places() {
        if (uploaded == null) {
            uploaded = gpu.upload(table);
        }
        return List.of(new Place(new Gpu(gpu.context(), gpu.kernels()), Passes::new));
    }

    private final class Passes implements ScalePasses {
        private final int batch;
        private final boolean guided;
        private final Resources resources = new Resources();
        private final Stream stream;
        private final DeviceBuffer labels;
        private final DeviceBuffer input;
        private final DeviceBuffer[] logits = new DeviceBuffer[2];

        Passes(int batch, boolean guided) {
            this.batch = batch;
            this.guided = guided;
            int last = spec.pyramid().scales() - 1;
            stream = resources.add(gpu.context().stream());
            try {
                labels = allocate(2 * batch);
                input = allocate(batch * spec.pyramid().tokens(last) * spec.latentChannels());
                for (int half = 0; half < logits.length; half++) {
                    logits[half] = allocate(batch * spec.pyramid().tokens(last) * spec.vocabularySize());
                }
            } catch (RuntimeException e) {
                resources.close();
                throw e;
            }
        }

        private DeviceBuffer allocate(int numbers) {
            DeviceMemory memory = resources.add(gpu.context().allocate((long) numbers * Integer.BYTES));
            return memory.buffer();
        }

        @Override
        public Stream stream() {
            return stream;
        }

        @Override
        public void begin(int[] rows) {
            ByteBuffer bytes = ByteBuffer.allocate(2 * batch * Integer.BYTES).order(ByteOrder.nativeOrder());
            bytes.asIntBuffer().put(rows).put(underNoClass(rows));
            gpu.staging().upload(bytes, labels);
        }

        @Override
        public void enqueue(int scale) {
            for (int half = 0; half < (guided ? 2 : 1); half++) {
                int tokens = spec.pyramid().tokens(scale);
                int values = batch * tokens * spec.vocabularySize();
                var launch = gpu.kernels()
                        .kernel("scripted_logits")
                        .launch((values + 255) / 256, 256)
                        .pointer(uploaded)
                        .pointer(labels.slice((long) half * batch * Integer.BYTES, (long) batch * Integer.BYTES));
                if (scale == 0) {
                    launch.noPointer();
                } else {
                    launch.pointer(input);
                }
                launch.pointer(logits[half])
                        .integer(spec.pyramid().totalTokens())
                        .integer(spec.pyramid().begin(scale))
                        .integer(tokens)
                        .integer(spec.vocabularySize())
                        .integer(spec.latentChannels())
                        .integer(values)
                        .on(stream);
            }
        }

        @Override
        public DeviceBuffer input(int scale) {
            return input;
        }

        @Override
        public DeviceBuffer conditional(int scale) {
            return logits[0];
        }

        @Override
        public DeviceBuffer unconditional(int scale) {
            return guided ? logits[1] : null;
        }

        @Override
        public void close() {
            resources.close();
        }
    }
}
