package org.nextscale.backend.cuda.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.nextscale.api.BackendException;
import org.nextscale.backend.cuda.internal.driver.Driver;
import org.nextscale.backend.cuda.internal.driver.GpuDevice;
import org.nextscale.backend.cuda.internal.gpu.Precision;

/** The GPUs that the option {@code device} names: {@code "0"}, {@code "0,2"}, or {@code "all"} that the kernels run on. */
final class ChosenGpus {
    static final String ALL = "all";

    private ChosenGpus() {}

    /** @throws BackendException if CUDA cannot be used or one of them is not there or too old */
    static List<GpuDevice> chosen(String option) {
        List<GpuDevice> all = Driver.devices();
        List<GpuDevice> chosen =
                option.equals(ALL) ? all.stream().filter(GpuDevice::isSupported).toList() : named(option, all);
        if (chosen.isEmpty()) {
            throw tooOld(all.get(0));
        }
        for (GpuDevice device : chosen) {
            if (!device.isSupported()) {
                throw tooOld(device);
            }
        }
        return chosen;
    }

    private static List<GpuDevice> named(String option, List<GpuDevice> all) {
        List<GpuDevice> named = new ArrayList<>();
        for (String word : option.split(",")) {
            String index = word.strip();
            GpuDevice device = all.stream()
                    .filter(one -> Integer.toString(one.index()).equals(index))
                    .findFirst()
                    .orElseThrow(() -> new BackendException(
                            "device is '" + option + "', must be all or numbers of GPUs among " + indices(all)));
            if (!named.contains(device)) {
                named.add(device);
            }
        }
        return named;
    }

    private static String indices(List<GpuDevice> all) {
        return all.stream().map(one -> one.index() + " (" + one.name() + ")").collect(Collectors.joining(", "));
    }

    private static BackendException tooOld(GpuDevice device) {
        return new BackendException(
                device.name() + " has compute capability " + device.capability() + ", 8.0 is needed (Ampere or later)");
    }

    /** In words: {@code "GPU, NVIDIA H200, bf16"}. */
    static String inWords(List<GpuDevice> devices, Precision precision) {
        String names = devices.stream().map(GpuDevice::name).distinct().collect(Collectors.joining(" and "));
        String count = devices.size() == 1 ? "GPU, " : devices.size() + " GPUs, ";
        return count + names + ", " + precision.word();
    }
}
