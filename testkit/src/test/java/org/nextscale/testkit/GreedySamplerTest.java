package org.nextscale.testkit;

class GreedySamplerTest extends SamplerSuite {
    @Override
    protected String plugin() {
        return "greedy";
    }
}
