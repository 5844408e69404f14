package org.nextscale.backend.onnx.internal;

import org.nextscale.engine.verify.BackendConformanceTestCase;

class OnnxConformanceTest extends BackendConformanceTestCase {

    @Override
    protected String backend() {
        return "onnx";
    }
}
