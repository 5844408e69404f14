package org.nextscale.backend.nd4j.internal;

import org.junit.jupiter.api.Nested;
import org.nextscale.engine.verify.BackendConformanceTestCase;

/** Work is shared out differently with every number of threads, so the suite runs with several. */
class Nd4jConformanceTest {

    @Nested
    class OnOneThread extends BackendConformanceTestCase {
        @Override
        protected String backend() {
            return "nd4j:threads=1";
        }
    }

    @Nested
    class OnAllCores extends BackendConformanceTestCase {
        @Override
        protected String backend() {
            return "nd4j";
        }
    }

    @Nested
    class OnMoreThreadsThanCores extends BackendConformanceTestCase {
        @Override
        protected String backend() {
            return "nd4j:threads=5";
        }
    }
}
