package org.nextscale.testkit;

class MultinomialSamplerTest extends SamplerSuite {
    @Override
    protected String plugin() {
        return "multinomial";
    }
}
