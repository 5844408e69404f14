package org.nextscale.testkit;

class CutoffGuidanceTest extends GuidanceSuite {
    @Override
    protected String plugin() {
        return "ramp:cutoff=2";
    }
}
