package org.nextscale.backend.cuda.internal;

import java.util.List;
import java.util.Optional;
import org.nextscale.api.BackendException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.MemoryNeed;
import org.nextscale.api.backend.ProbeRequest;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.backend.cuda.internal.driver.Context;
import org.nextscale.backend.cuda.internal.driver.Driver;
import org.nextscale.backend.cuda.internal.driver.GpuDevice;
import org.nextscale.backend.cuda.internal.gpu.Precision;
import org.osgi.service.component.annotations.Component;

/**
 * Offers NVIDIA GPUs. Probing asks the CUDA driver, which stays loaded where there is one; where there is none, nothing is.
 */
@Component(service = BackendProvider.class)
public final class CudaBackendProvider implements BackendProvider {
    /** Below every other backend until it has run on a GPU: nobody gets it without asking for it. */
    private static final int SCORE = 1;

    private static final String UNTRIED = "not yet run on a real GPU: choose it by name (--backend cuda)";

    private static final String PRECISION = "precision";
    private static final String AUTO = "auto";
    private static final String DEVICE = "device";
    private static final String LOOP = "loop";
    private static final String HOST = "host";

    @Override
    public String id() {
        return "cuda";
    }

    @Override
    public String description() {
        return "NVIDIA GPUs from Ampere on, with kernels of its own, bf16, float32 or tf32";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.choice(
                        PRECISION,
                        AUTO,
                        List.of(AUTO, Precision.BF16.word(), Precision.FLOAT32.word(), Precision.TF32.word()),
                        "of matrix products; auto is bf16"),
                Parameter.text(
                        DEVICE,
                        ChosenGpus.ALL,
                        "numbers of the GPUs to use, separated by commas, or all; they share batches"),
                Parameter.choice(
                        LOOP,
                        DEVICE,
                        List.of(DEVICE, HOST),
                        "where the scale loop runs for the samplers and guidances that ship; images are the same"));
    }

    @Override
    public Availability probe(ProbeRequest request) {
        try {
            Optional<String> obstacle = Driver.obstacle();
            return obstacle.isPresent() ? Availability.unavailable(obstacle.get()) : examined(request);
        } catch (BackendException | InvalidInputException e) {
            return Availability.unavailable(e.getMessage());
        } catch (RuntimeException | LinkageError e) {
            return Availability.unavailable("the GPU could not be examined: " + e);
        }
    }

    private static Availability examined(ProbeRequest request) {
        Precision precision = precision(request.options());
        List<GpuDevice> devices = ChosenGpus.chosen(request.options().text(DEVICE));
        Optional<MemoryNeed> need = request.model()
                .map(model -> MemoryNeed.of(
                        "GPU memory",
                        MemoryEstimate.bytes(model, precision, multiprocessors(devices)),
                        leastFree(devices)));
        if (need.isPresent() && !need.get().fits()) {
            String advice = precision == Precision.BF16
                    ? "that is bf16 already"
                    : Precision.BF16.word() + " needs about half of that (precision=" + Precision.BF16.word() + ")";
            return Availability.tooLarge(need.get(), advice);
        }
        Availability here = Availability.available(SCORE, ChosenGpus.inWords(devices, precision), UNTRIED);
        return need.map(here::needing).orElse(here);
    }

    private static int multiprocessors(List<GpuDevice> devices) {
        return devices.stream().mapToInt(GpuDevice::multiprocessors).max().orElseThrow();
    }

    /** Every GPU holds the whole model. */
    private static long leastFree(List<GpuDevice> devices) {
        long least = Long.MAX_VALUE;
        for (GpuDevice device : devices) {
            try (Context context = new Context(device)) {
                least = Math.min(least, context.freeBytes());
            }
        }
        return least;
    }

    private static Precision precision(ParameterValues options) {
        String word = options.choice(PRECISION);
        return word.equals(AUTO) ? Precision.BF16 : Precision.of(word);
    }

    @Override
    public Backend open(ParameterValues options) {
        return new CudaBackend(
                ChosenGpus.chosen(options.text(DEVICE)),
                precision(options),
                options.choice(LOOP).equals(DEVICE));
    }
}
