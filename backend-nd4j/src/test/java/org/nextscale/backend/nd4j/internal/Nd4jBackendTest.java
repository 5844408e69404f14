package org.nextscale.backend.nd4j.internal;

import org.junit.jupiter.api.Nested;
import org.nextscale.testkit.BackendSuite;

/** Work is shared out differently with every number of threads, so the suite runs with several. */
class Nd4jBackendTest {

    @Nested
    class OnOneThread extends BackendSuite {
        @Override
        protected String plugin() {
            return "nd4j:threads=1";
        }
    }

    @Nested
    class OnAllCores extends BackendSuite {
        @Override
        protected String plugin() {
            return "nd4j";
        }
    }

    @Nested
    class OnMoreThreadsThanCores extends BackendSuite {
        @Override
        protected String plugin() {
            return "nd4j:threads=5";
        }
    }
}
