package org.nextscale.testkit;

class PthExporterTest extends ExporterSuite {
    @Override
    protected String plugin() {
        return "pth";
    }
}
