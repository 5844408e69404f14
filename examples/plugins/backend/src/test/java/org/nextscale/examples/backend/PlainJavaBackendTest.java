package org.nextscale.examples.backend;

import org.nextscale.testkit.BackendSuite;

/** What every backend must compute and promises: the suite leaves nothing to be tested here. */
class PlainJavaBackendTest extends BackendSuite {
    @Override
    protected String plugin() {
        return "plain-java";
    }
}
