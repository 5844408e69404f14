package org.nextscale.backend.onnx.internal;

import org.junit.jupiter.api.Nested;
import org.nextscale.testkit.ExporterSuite;

/** What the exporter must do like any other, in both precisions. */
class OnnxExporterSuiteTest {

    @Nested
    class InFloat32 extends ExporterSuite {
        @Override
        protected String plugin() {
            return "onnx";
        }
    }

    @Nested
    class InInt8 extends ExporterSuite {
        @Override
        protected String plugin() {
            return "onnx:precision=int8";
        }
    }
}
