package org.nextscale.testkit;

import java.nio.file.Path;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.testkit.fake.FakeBackend;

/** The backend that images are made on where nobody looks at them: {@code stand-in}. It is chosen last of all. */
public final class StandInBackend extends FakeBackend {
    private static final String ID = "stand-in";

    public StandInBackend() {
        super(ID, 1);
    }

    /** Opens a model on it. */
    public static ImageGenerator open(Engine engine, Path model) {
        return engine.open(engine.model(model), PluginChoice.of(ID));
    }
}
