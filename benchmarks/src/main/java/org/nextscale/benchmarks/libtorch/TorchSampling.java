package org.nextscale.benchmarks.libtorch;

import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.model.Scale;

/**
 * Guidance and the draw as the public VAR code does them.
 *
 * @param cfg strength of the guidance ramp
 * @param topK codes kept; 0 keeps all
 * @param topP share kept; 0 keeps all
 */
public record TorchSampling(double cfg, int topK, double topP) {

    /** The defaults of the product, which are those of its multinomial sampler. */
    public static final TorchSampling DEFAULT = new TorchSampling(3, 900, 0.95);

    /** Where the exponential noise of a draw comes from: {@code [batch · tokens, vocabulary]}; {@code null} draws. */
    public interface Noise {
        Tensor of(Scale scale);
    }

    /** Joins {@code [2 · batch, tokens, vocabulary]} to {@code [batch, tokens, vocabulary]}. */
    Tensor guide(Scale scale, Tensor logits) {
        double t = cfg * scale.ratio();
        long batch = logits.size(0) / 2;
        return logits.narrow(0, 0, batch)
                .mul(TorchOps.scalar(1 + t))
                .sub(logits.narrow(0, batch, batch).mul(TorchOps.scalar(t)));
    }

    /** Draws {@code [batch, tokens]} code indices. */
    Tensor draw(Scale scale, Tensor guided, Noise noise) {
        long vocabulary = guided.size(2);
        Tensor probabilities = torch.softmax(filter(guided), -1).view(-1, vocabulary);
        Tensor recorded = noise == null ? null : noise.of(scale);
        Tensor drawn = recorded == null
                ? torch.multinomial(probabilities, 1)
                : probabilities.div(recorded).argmax(new org.bytedeco.pytorch.LongOptional(-1), false);
        return drawn.view(guided.size(0), guided.size(1));
    }

    private Tensor filter(Tensor logits) {
        long vocabulary = logits.size(-1);
        Tensor kept = logits;
        if (topK > 0) {
            Tensor best = torch.topk(kept, Math.min(topK, vocabulary), -1, true, false)
                    .get0();
            Tensor least = best.amin(new long[] {-1}, true);
            kept = kept.masked_fill(kept.lt(least), TorchOps.scalar(Double.NEGATIVE_INFINITY));
        }
        if (topP > 0) {
            T_TensorTensor_T sorted = torch.sort(kept, -1, false);
            Tensor removed = torch.cumsum(torch.softmax(sorted.get0(), -1), -1).le(TorchOps.scalar(1 - topP));
            removed.narrow(-1, vocabulary - 1, 1).zero_();
            kept = kept.masked_fill(
                    removed.scatter(-1, sorted.get1(), removed), TorchOps.scalar(Double.NEGATIVE_INFINITY));
        }
        return kept;
    }
}
