package org.nextscale.backend.onnx.internal;

import org.nextscale.testkit.BackendSuite;

class OnnxBackendTest extends BackendSuite {
    @Override
    protected String plugin() {
        return "onnx";
    }
}
