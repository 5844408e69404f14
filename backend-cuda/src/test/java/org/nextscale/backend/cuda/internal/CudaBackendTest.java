package org.nextscale.backend.cuda.internal;

import org.junit.jupiter.api.BeforeEach;
import org.nextscale.api.backend.Machine;
import org.nextscale.backend.cuda.internal.driver.EmulatedGpu;
import org.nextscale.backend.support.DescribedMachine;
import org.nextscale.testkit.BackendSuite;

/** In float32, as the reference computes. */
class CudaBackendTest extends BackendSuite {

    @BeforeEach
    void equip() {
        EmulatedGpu.equip();
    }

    @Override
    protected String plugin() {
        return "cuda:precision=float32";
    }

    /** It is the GPU's memory that counts. */
    @Override
    protected Machine fullMachine() {
        EmulatedGpu.equip("memory=1000000");
        return DescribedMachine.current();
    }
}
