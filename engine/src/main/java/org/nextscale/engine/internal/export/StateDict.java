package org.nextscale.engine.internal.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;
import org.nextscale.engine.checkpoint.TensorValues;
import org.nextscale.engine.internal.checkpoint.OutgoingTensor;
import org.nextscale.engine.model.ExpectedTensor;
import org.nextscale.engine.model.ExpectedTensors;

/**
 * The tensors of the reference implementation's modules, in its order: a model's weights and between them the buffers that
 * its modules register, without which {@code load_state_dict} refuses a checkpoint. Buffers of floats have the type of the
 * weights about them, as after {@code module.half()}.
 */
final class StateDict {
    private static final String HITS = "quantize.ema_vocab_hit_SV";

    private final ModelSpec spec;
    private final Optional<DataType> type;

    /** @param type of the weights; if absent, as they are stored */
    StateDict(ModelSpec spec, Optional<DataType> type) {
        this.spec = spec;
        this.type = type;
    }

    /** The tokenizer's; how often codes were used in training is zero where the source does not say it. */
    List<OutgoingTensor> tokenizer(WeightSource weights) {
        List<ExpectedTensor> expected = ExpectedTensors.tokenizer(spec.tokenizer(), spec.pyramid());
        ExpectedTensors.require(expected, weights, "tokenizer");
        List<OutgoingTensor> state = new ArrayList<>();
        boolean beforeQuantiser = true;
        for (ExpectedTensor each : expected) {
            if (beforeQuantiser && each.name().startsWith("quantize.")) {
                beforeQuantiser = false;
                state.add(hits(weights));
            }
            state.add(weight(weights, each));
        }
        return state;
    }

    private OutgoingTensor hits(WeightSource weights) {
        List<Long> shape =
                List.of((long) spec.pyramid().scales(), (long) spec.tokenizer().vocabularySize());
        DataType found = type(weights, "quantize.embedding.weight");
        boolean known = weights.contains(HITS)
                && weights.weight(HITS).shape().equals(shape)
                && weights.weight(HITS).type() != DataType.I64;
        return known ? OutgoingTensor.of(weights, HITS, found) : zeros(new WeightInfo(HITS, found, shape));
    }

    /** The transformer's. */
    List<OutgoingTensor> transformer(WeightSource weights) {
        List<ExpectedTensor> expected = ExpectedTensors.transformer(spec.transformer());
        ExpectedTensors.require(expected, weights, "transformer");
        List<OutgoingTensor> state = new ArrayList<>();
        for (ExpectedTensor each : expected) {
            String name = each.name();
            state.add(weight(weights, each));
            if (name.equals("pos_1LC")) {
                int[] levels = levels(spec.pyramid());
                state.add(levelOfToken(levels));
                state.add(mask(levels, type(weights, name)));
            } else if (name.endsWith(".attn.v_bias")) {
                String buffer = name.replace("v_bias", "zero_k_bias");
                state.add(zeros(new WeightInfo(buffer, type(weights, name), each.shape())));
            }
        }
        return state;
    }

    private OutgoingTensor weight(WeightSource weights, ExpectedTensor tensor) {
        return OutgoingTensor.of(weights, tensor.name(), type(weights, tensor.name()));
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
    private static OutgoingTensor levelOfToken(int[] levels) {
        WeightInfo buffer = new WeightInfo("lvl_1L", DataType.I64, List.of(1L, (long) levels.length));
        return new OutgoingTensor(buffer, buffer.name(), null, (firstByte, target) -> {
            for (int token = (int) (firstByte / Long.BYTES); target.hasRemaining(); token++) {
                target.putLong(levels[token]);
            }
        });
    }

    /** {@code attn_bias_for_masking}: 0 where a row's token sees a column's, minus infinity where that is of a finer scale. */
    private static OutgoingTensor mask(int[] levels, DataType type) {
        long length = levels.length;
        WeightInfo buffer = new WeightInfo("attn_bias_for_masking", type, List.of(1L, 1L, length, length));
        TensorValues values = (first, target) -> {
            for (long element = first; target.hasRemaining(); element++) {
                boolean seen = levels[(int) (element / length)] >= levels[(int) (element % length)];
                target.put(seen ? 0 : Float.NEGATIVE_INFINITY);
            }
        };
        return new OutgoingTensor(buffer, buffer.name(), values, null);
    }

    private static OutgoingTensor zeros(WeightInfo buffer) {
        TensorValues values = (first, target) -> {
            while (target.hasRemaining()) {
                target.put(0);
            }
        };
        return new OutgoingTensor(buffer, buffer.name(), values, null);
    }
}
