package org.nextscale.backend.cuda.internal.loop;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.ExactAlgorithm;

/**
 * What a batch is made with, as numbers for sample.cu, which reads them from device memory: a recorded graph serves every
 * request. Computed here, in double, as the host's samplers and guidances compute them.
 */
record LoopRequest(DeviceBatch batch, ScalePyramid pyramid) {
    /** In the order of sample.cu's enumeration. */
    private static final List<String> SAMPLERS = List.of("multinomial/1", "smooth/1", "greedy/1");

    private static final String GREEDY = "greedy/1";
    private static final String NONE = "none/1";
    private static final String RAMP = "ramp/1";
    private static final Set<String> GUIDANCES = Set.of(NONE, "constant/1", RAMP);

    /** sample.cu's Request and ScaleRequest. */
    static final int HEAD_BYTES = 48;

    static final int SCALE_BYTES = 16;

    /** Whether sample.cu has both. */
    static boolean supports(ExactAlgorithm sampler, ExactAlgorithm guidance) {
        return SAMPLERS.contains(sampler.name()) && GUIDANCES.contains(guidance.name());
    }

    static int bytes(int scales) {
        return HEAD_BYTES + scales * SCALE_BYTES;
    }

    /** Whether the images also run under the unconditional label, at every scale. */
    boolean usesUnconditional() {
        return strength() != 0;
    }

    private double strength() {
        ExactAlgorithm guidance = batch.guidance();
        return guidance.name().equals(NONE) ? 0 : guidance.values().number("cfg");
    }

    /** Writes {@link #bytes} from the position on, in the machine's order of bytes. */
    void write(ByteBuffer target) {
        ExactAlgorithm sampler = batch.sampler();
        boolean filters = !sampler.name().equals(GREEDY);
        ParameterValues values = sampler.values();
        double topP = filters ? values.number("top-p") : 0;
        ByteBuffer block = target.slice().order(target.order());
        block.putLong(batch.seed())
                .putLong(batch.firstImage())
                .putDouble(topP > 0 && topP < 1 ? 1 - topP : -1)
                .putFloat(filters ? (float) values.number("temperature") : 1)
                .putFloat(filters ? (float) values.number("min-p") : 0)
                .putInt(filters ? (int) values.integer("top-k") : 0)
                .putInt(SAMPLERS.indexOf(sampler.name()));
        boolean ramp = batch.guidance().name().equals(RAMP);
        for (int k = 0; k < pyramid.scales(); k++) {
            Scale scale = pyramid.scale(k);
            block.position(HEAD_BYTES + k * SCALE_BYTES);
            block.putFloat((float) (ramp ? strength() * scale.ratio() : strength()))
                    .putFloat((float) (1 + scale.ratio()))
                    .putFloat((float) Math.max(0.27 * (1 - 0.95 * scale.ratio()), 0.005));
        }
    }
}
