package org.nextscale.model.internal.pth;

import java.util.List;
import java.util.Optional;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.backend.support.TokenizerTensors;
import org.nextscale.backend.support.TransformerTensors;
import org.nextscale.checkpoint.TorchWriter;
import org.nextscale.checkpoint.tensor.TensorValues;

/**
 * The tensors of the reference implementation's modules, in its order: a model's weights and between them the buffers that
 * its modules register, without which {@code load_state_dict} refuses a checkpoint. Buffers of floats have the type of the
 * weights about them, as after {@code module.half()}.
 */
final class StateDict {
    private static final String HITS = "quantize.ema_vocab_hit_SV";
    private static final TensorValues ZEROS = (first, target) -> {
        while (target.hasRemaining()) {
            target.put(0);
        }
    };

    private final ModelSpec spec;
    private final Optional<DataType> type;

    /** @param type of the weights; if absent, as they are stored */
    StateDict(ModelSpec spec, Optional<DataType> type) {
        this.spec = spec;
        this.type = type;
    }

    /** The tokenizer's; how often codes were used in training is zero where the source does not say it. */
    TorchWriter tokenizer(WeightSource weights) {
        List<TensorShape> expected = TokenizerTensors.all(spec.tokenizer(), spec.pyramid());
        TensorShape.require(expected, weights, "tokenizer");
        TorchWriter state = new TorchWriter();
        boolean beforeQuantizer = true;
        for (TensorShape each : expected) {
            if (beforeQuantizer && each.name().startsWith("quantize.")) {
                beforeQuantizer = false;
                addHits(state, weights);
            }
            add(state, weights, each.name());
        }
        TokenizerTensors.others(spec.tokenizer(), spec.pyramid(), weights).forEach(name -> add(state, weights, name));
        return state;
    }

    private void addHits(TorchWriter state, WeightSource weights) {
        List<Long> shape =
                List.of((long) spec.pyramid().scales(), (long) spec.tokenizer().vocabularySize());
        DataType found = type(weights, TokenizerTensors.CODEBOOK);
        boolean known = weights.contains(HITS)
                && weights.weight(HITS).shape().equals(shape)
                && weights.weight(HITS).type() != DataType.I64;
        if (known) {
            state.add(weights, HITS, found);
        } else {
            state.add(new WeightInfo(HITS, found, shape), ZEROS);
        }
    }

    /** The transformer's. */
    TorchWriter transformer(WeightSource weights) {
        List<TensorShape> expected = TransformerTensors.all(spec.transformer());
        TensorShape.require(expected, weights, "transformer");
        TorchWriter state = new TorchWriter();
        for (TensorShape each : expected) {
            String name = each.name();
            add(state, weights, name);
            if (name.equals("pos_1LC")) {
                int[] levels = levels(spec.pyramid());
                addLevelOfToken(state, levels);
                addMask(state, levels, type(weights, name));
            } else if (name.endsWith(".attn.v_bias")) {
                String buffer = name.replace("v_bias", "zero_k_bias");
                state.add(new WeightInfo(buffer, type(weights, name), each.shape()), ZEROS);
            }
        }
        return state;
    }

    private void add(TorchWriter state, WeightSource weights, String name) {
        DataType stored = weights.weight(name).type();
        state.add(weights, name, stored == DataType.I64 ? stored : type(weights, name));
    }

    private DataType type(WeightSource weights, String name) {
        return type.orElseGet(() -> weights.weight(name).type());
    }

    private static int[] levels(ScalePyramid pyramid) {
        int[] levels = new int[pyramid.totalTokens()];
        for (int scale = 0, token = 0; scale < pyramid.scales(); scale++) {
            for (int i = 0; i < pyramid.tokens(scale); i++) {
                levels[token++] = scale;
            }
        }
        return levels;
    }

    /** {@code lvl_1L}: the scale of every token. */
    private static void addLevelOfToken(TorchWriter state, int[] levels) {
        state.addBytes(
                new WeightInfo("lvl_1L", DataType.I64, List.of(1L, (long) levels.length)), (firstByte, target) -> {
                    for (int token = (int) (firstByte / Long.BYTES); target.hasRemaining(); token++) {
                        target.putLong(levels[token]);
                    }
                });
    }

    /** {@code attn_bias_for_masking}: 0 where a row's token sees a column's, minus infinity where that is of a finer scale. */
    private static void addMask(TorchWriter state, int[] levels, DataType type) {
        long length = levels.length;
        TensorValues values = (first, target) -> {
            for (long element = first; target.hasRemaining(); element++) {
                boolean seen = levels[(int) (element / length)] >= levels[(int) (element % length)];
                target.put(seen ? 0 : Float.NEGATIVE_INFINITY);
            }
        };
        state.add(new WeightInfo("attn_bias_for_masking", type, List.of(1L, 1L, length, length)), values);
    }
}
