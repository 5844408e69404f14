package org.nextscale.backend.cuda.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import jcuda.driver.CUdevice;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Test;
import org.nextscale.api.BackendException;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.backend.cuda.internal.driver.EmulatedGpu;
import org.nextscale.backend.support.DescribedMachine;
import org.nextscale.backend.support.DescribedProbe;
import org.nextscale.model.description.PublishedModel;

class CudaBackendProviderTest {
    private static final Optional<ModelSpec> D16 = Optional.of(PublishedModel.VAR_D16.spec());

    @Test
    void isNotChosenUnlessByName() {
        EmulatedGpu.equip();
        Availability availability = probe(Map.of(), Optional.empty());
        assertEquals(1, availability.score(), availability.reason());
        assertEquals("GPU, emulated GPU 0, bf16", availability.device());
        assertEquals("not yet run on a real GPU: choose it by name (--backend cuda)", availability.reason());
    }

    @Test
    void whatCannotRunIsSaidPlainly() {
        EmulatedGpu.equip("devices=0");
        assertUnavailable("the CUDA driver sees no GPU", Map.of());
        EmulatedGpu.equip("version=11080");
        assertUnavailable(
                "the NVIDIA driver is too old: it knows CUDA 11.8, 12.0 is needed (driver 525 or later)", Map.of());
        EmulatedGpu.equip("capability=75");
        assertUnavailable("emulated GPU 0 has compute capability 7.5, 8.0 is needed (Ampere or later)", Map.of());
        EmulatedGpu.equip("failing-call=cuInit", "failing-at=1", "failure=999");
        assertUnavailable(
                "cuInit failed: CUDA_ERROR_UNKNOWN; the GPU is lost to this process, start it again", Map.of());
        EmulatedGpu.equip("devices=2");
        assertUnavailable(
                "device is '0,3', must be all or numbers of GPUs among 0 (emulated GPU 0), 1 (emulated GPU 1)",
                Map.of("device", "0,3"));
    }

    private static void assertUnavailable(String reason, Map<String, String> options) {
        Availability availability = probe(options, Optional.empty());
        assertEquals(reason, availability.reason());
        assertFalse(availability.isAvailable());
        CudaBackendProvider provider = new CudaBackendProvider();
        String message = assertThrows(BackendException.class, () -> provider.open(values(options)))
                .getMessage();
        assertTrue(message.endsWith(reason), message);
    }

    /** A process without the emulated driver; nothing else in this one could take it away again. */
    @Test
    void withoutADriverNothingIsLoadedAndTheReasonGiven() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ProbeTwice.class.getName());
        builder.environment().put("LD_LIBRARY_PATH", "");
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), output);
        String reason = "there is no NVIDIA driver (libcuda.so.1 is not found)\n";
        boolean driver =
                output.startsWith("the CUDA driver") || output.startsWith("not yet") || output.startsWith("GPU");
        assertTrue(driver || output.equals(reason + reason), output);
    }

    /** What a machine without the emulated driver says. */
    static final class ProbeTwice {
        public static void main(String[] arguments) {
            for (int i = 0; i < 2; i++) {
                System.out.println(probe(Map.of(), Optional.empty()).reason());
            }
        }
    }

    /** d16 has 310 million parameters and the tokenizer 109 million. */
    @Test
    void aModelThatDoesNotFitIsRefusedWithNumbers() {
        EmulatedGpu.equip("memory=1100000000");
        assertTrue(probe(Map.of(), D16).isAvailable());
        Availability refused = probe(Map.of("precision", "float32"), D16);
        assertTrue(refused.lacksMemory());
        assertEquals(
                "needs about 2.0 GB of GPU memory, 1.1 GB are free: bf16 needs about half of that (precision=bf16)",
                refused.reason());
        EmulatedGpu.equip("memory=500000000");
        assertTrue(probe(Map.of(), D16).reason().endsWith("500 MB are free: that is bf16 already"));
    }

    @Test
    void opensAllTheGpusThatAreAskedForAndGivesThemBack() {
        EmulatedGpu.equip("devices=3");
        Backend backend = new CudaBackendProvider().open(values(Map.of("device", "2,0", "precision", "tf32")));
        assertEquals("2 GPUs, emulated GPU 2 and emulated GPU 0, tf32", backend.device());
        backend.close();
        for (int i = 0; i < 3; i++) {
            CUdevice device = new CUdevice();
            assertEquals(CUresult.CUDA_SUCCESS, JCudaDriver.cuDeviceGet(device, i));
            assertEquals(
                    CUresult.CUDA_ERROR_INVALID_CONTEXT, JCudaDriver.cuDevicePrimaryCtxRelease(device), "GPU " + i);
        }
    }

    @Test
    void whatTheDriverRefusesWhileOpeningIsSaid() {
        EmulatedGpu.equip("failing-call=cuModuleLoadData", "failing-at=1", "failure=222");
        CudaBackendProvider provider = new CudaBackendProvider();
        String message = assertThrows(BackendException.class, () -> provider.open(values(Map.of())))
                .getMessage();
        assertEquals(
                "cuModuleLoadData failed: CUDA_ERROR_UNSUPPORTED_PTX_VERSION; a newer NVIDIA driver may help", message);
    }

    private static Availability probe(Map<String, String> options, Optional<ModelSpec> model) {
        return new CudaBackendProvider().probe(new DescribedProbe(values(options), model, DescribedMachine.current()));
    }

    private static ParameterValues values(Map<String, String> options) {
        return ParameterValues.of("backend cuda", new CudaBackendProvider().parameters(), options);
    }
}
