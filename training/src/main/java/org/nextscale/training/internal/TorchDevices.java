package org.nextscale.training.internal;

import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.TrainingException;
import org.nextscale.training.internal.loop.RunSettings;
import org.nextscale.training.internal.torch.Placement;

/** Which of libtorch's devices a run computes on. */
public final class TorchDevices {
    private static final String AUTO = "auto";
    private static final String CPU = "cpu";
    private static final Pattern KNOWN = Pattern.compile("auto|cpu|cuda(:\\d{1,2})?");

    private TorchDevices() {}

    /**
     * Loads libtorch as the device that is asked for needs it, and sets its threads.
     *
     * @param notes gets a line about a GPU that is used, or could not be
     * @throws InvalidInputException if there is no such device
     * @throws TrainingException if a GPU is asked for and cannot be used
     */
    public static Placement start(RunSettings run, GpuBuild build, Consumer<String> notes) {
        String asked = run.device();
        if (!KNOWN.matcher(asked).matches()) {
            throw new InvalidInputException("device is '" + asked + "', must be auto, cpu, cuda or cuda:N");
        }
        boolean tried = !asked.equals(CPU) && build.isThere();
        if (tried) {
            NativeLibraries.load(build);
        } else if (asked.equals(CPU) || asked.equals(AUTO)) {
            NativeLibraries.load();
        } else {
            throw new TrainingException("device " + asked + ": libtorch is here for the CPU only; put "
                    + build.jarName() + " into plugins/, as docs/training.md says, or train with device cpu");
        }
        if (run.threads() > 0) {
            torch.set_num_threads(run.threads());
        }
        return tried ? chosen(asked, torch.cuda_is_available() ? torch.cuda_device_count() : 0, notes) : Placement.CPU;
    }

    /** @param gpus how many libtorch sees */
    static Placement chosen(String asked, int gpus, Consumer<String> notes) {
        boolean automatic = asked.equals(AUTO);
        if (gpus == 0 && automatic) {
            notes.accept("libtorch sees no NVIDIA GPU: computing on the CPU");
            return Placement.CPU;
        }
        if (gpus == 0) {
            throw new TrainingException(
                    "device " + asked + ": libtorch sees no NVIDIA GPU; nvidia-smi must list one, with a"
                            + " driver for CUDA " + GpuBuild.CUDA + " or later");
        }
        int colon = asked.indexOf(':');
        int index = colon < 0 ? 0 : Integer.parseInt(asked.substring(colon + 1));
        if (index >= gpus) {
            throw new TrainingException(
                    "device " + asked + ": libtorch sees GPUs cuda:0 to cuda:" + (gpus - 1) + " only");
        }
        notes.accept("computing on cuda:" + index);
        return new Placement("cuda:" + index);
    }
}
