package org.nextscale.testkit;

class MultiScaleTokenizerTest extends TokenizerSuite {
    @Override
    protected String plugin() {
        return "multi-scale-vq";
    }
}
