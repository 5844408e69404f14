package org.nextscale.testkit;

class RampGuidanceTest extends GuidanceSuite {
    @Override
    protected String plugin() {
        return "ramp";
    }
}
