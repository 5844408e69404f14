package org.nextscale.backend.onnx.internal;

import java.nio.file.Path;
import java.util.Map;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.model.ModelPackage;

/** The trained model that ships with Nextscale, for tests that need one that means something. */
public final class BoxedModel {
    private BoxedModel() {}

    public static ModelPackage open() {
        return ModelPackage.open(Path.of(
                System.getProperty("nextscale.root"),
                "distribution",
                "archive",
                "src",
                "main",
                "models",
                "fashion-32"));
    }

    static Backend backend(String precision) {
        BackendProvider provider = new OnnxBackendProvider();
        return provider.open(ParameterValues.of("backend onnx", provider.parameters(), Map.of("precision", precision)));
    }
}
