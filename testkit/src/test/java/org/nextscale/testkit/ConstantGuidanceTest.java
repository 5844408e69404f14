package org.nextscale.testkit;

class ConstantGuidanceTest extends GuidanceSuite {
    @Override
    protected String plugin() {
        return "constant";
    }
}
