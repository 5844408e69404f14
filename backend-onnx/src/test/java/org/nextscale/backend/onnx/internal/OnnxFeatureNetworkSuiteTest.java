package org.nextscale.backend.onnx.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.nextscale.backend.onnx.internal.evaluation.SmallNetwork;
import org.nextscale.testkit.FeatureNetworkSuite;

class OnnxFeatureNetworkSuiteTest extends FeatureNetworkSuite {
    @Override
    protected String plugin() {
        return "onnx";
    }

    @Override
    protected Path network(Path empty) throws IOException {
        return Files.write(empty.resolve("small.onnx"), SmallNetwork.of("image", "batch", 3, "height", "width"));
    }
}
