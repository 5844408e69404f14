package org.nextscale.testkit.cranky;

import java.util.List;
import java.util.Map;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.training.TrainingReference;
import org.osgi.service.component.annotations.Component;

/** Throws: nobody tells it anything. */
@Component(service = TrainingReference.class)
public final class CrankyTrainingReference implements CrankyPlugin, TrainingReference {
    @Override
    public List<Parameter> parameters() {
        return List.of();
    }

    @Override
    public Map<String, float[]> compute(
            ModelSpec spec, WeightSource tokenizer, WeightSource transformer, Pixels image, int[] labels) {
        Mood.THROWS.act();
        return Map.of();
    }
}
