package org.nextscale.engine.internal.guard;

import org.nextscale.api.training.Trainer;
import org.nextscale.api.training.TrainingListener;
import org.nextscale.api.training.TrainingRequest;

/** A trainer whose failures name it. */
final class GuardedTrainer extends GuardedPlugin<Trainer> implements Trainer {
    GuardedTrainer(Described<Trainer> plugin) {
        super(plugin);
    }

    @Override
    public void train(TrainingRequest request, TrainingListener listener) {
        PluginCalls.guarded(who(), () -> {
            plugin().train(request, listener);
            return true;
        });
    }
}
