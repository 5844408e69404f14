package org.nextscale.testkit;

class NoGuidanceTest extends GuidanceSuite {
    @Override
    protected String plugin() {
        return "none";
    }
}
