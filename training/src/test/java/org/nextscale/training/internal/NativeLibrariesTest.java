package org.nextscale.training.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class NativeLibrariesTest {
    @Test
    void libtorchComputesAndItsSettingsLeaveNoTrace() {
        NativeLibraries.load();
        NativeLibraries.load();
        assertNull(System.getProperty("org.bytedeco.javacpp.maxbytes"));
        assertNull(System.getProperty("org.bytedeco.javacpp.maxphysicalbytes"));
        try (PointerScope scope = new PointerScope()) {
            Tensor ones = torch.ones(64, 64);
            assertEquals(64 * 64 * 64, ones.mm(ones).sum().item_float());
        }
    }
}
