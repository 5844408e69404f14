package org.nextscale.testkit;

class PerScaleSamplerTest extends SamplerSuite {
    @Override
    protected String plugin() {
        return "multinomial:top-k=1,9,40,temperature=1.2,0.8";
    }
}
