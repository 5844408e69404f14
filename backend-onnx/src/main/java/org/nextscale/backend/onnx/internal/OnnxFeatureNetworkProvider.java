package org.nextscale.backend.onnx.internal;

import java.nio.file.Path;
import org.nextscale.api.evaluation.FeatureNetwork;
import org.nextscale.api.evaluation.FeatureNetworkProvider;
import org.nextscale.backend.onnx.internal.evaluation.OnnxFeatureNetwork;
import org.osgi.service.component.annotations.Component;

/** Opens ONNX files that turn images into features. Nothing native is touched before {@link #open}. */
@Component(service = FeatureNetworkProvider.class)
public final class OnnxFeatureNetworkProvider implements FeatureNetworkProvider {

    @Override
    public String id() {
        return "onnx";
    }

    @Override
    public String description() {
        return "ONNX files, run by ONNX Runtime on the CPU";
    }

    @Override
    public FeatureNetwork open(Path file) {
        return OnnxFeatureNetwork.open(file, Runtime.getRuntime().availableProcessors());
    }
}
