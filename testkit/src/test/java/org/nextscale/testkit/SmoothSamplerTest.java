package org.nextscale.testkit;

class SmoothSamplerTest extends SamplerSuite {
    @Override
    protected String plugin() {
        return "smooth";
    }
}
