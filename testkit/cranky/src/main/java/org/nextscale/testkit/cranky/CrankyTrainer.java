package org.nextscale.testkit.cranky;

import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.training.Trainer;
import org.nextscale.api.training.TrainingListener;
import org.nextscale.api.training.TrainingProgress;
import org.nextscale.api.training.TrainingRequest;
import org.osgi.service.component.annotations.Component;

/** Misbehaves after its first step. Its nonsense is a loss that is no number. */
@Component(service = Trainer.class)
public final class CrankyTrainer implements CrankyPlugin, Trainer {
    @Override
    public void train(TrainingRequest request, TrainingListener listener) {
        ParameterValues values = request.parameters();
        Mood mood = Mood.of(values);
        double loss = mood == Mood.NONSENSE ? Double.NaN : 1;
        listener.stepDone(TrainingProgress.of(1, 2, loss, 1));
        mood.act();
        listener.stepDone(TrainingProgress.of(2, 2, loss, 1));
    }
}
