package org.nextscale.engine.internal.guard;

import java.util.Map;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.training.TrainingReference;

/** A computation of training's reference vectors whose failures name it. */
final class GuardedTrainingReference extends GuardedPlugin<TrainingReference> implements TrainingReference {
    GuardedTrainingReference(Described<TrainingReference> plugin) {
        super(plugin);
    }

    @Override
    public Map<String, float[]> compute(
            ModelSpec spec, WeightSource tokenizer, WeightSource transformer, Pixels image, int[] labels) {
        return PluginCalls.guarded(who(), () -> plugin().compute(spec, tokenizer, transformer, image, labels));
    }
}
