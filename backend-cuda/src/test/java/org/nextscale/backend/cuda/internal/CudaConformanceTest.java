package org.nextscale.backend.cuda.internal;

import org.junit.jupiter.api.BeforeEach;
import org.nextscale.api.machine.Machine;
import org.nextscale.backend.cuda.internal.driver.EmulatedGpu;
import org.nextscale.engine.verify.BackendConformanceTestCase;

/** In float32, as the reference computes. */
class CudaConformanceTest extends BackendConformanceTestCase {

    @BeforeEach
    void equip() {
        EmulatedGpu.equip();
    }

    @Override
    protected String backend() {
        return "cuda:precision=float32";
    }

    /** It is the GPU's memory that counts. */
    @Override
    protected Machine fullMachine() {
        EmulatedGpu.equip("memory=1000000");
        return Machine.current();
    }
}
