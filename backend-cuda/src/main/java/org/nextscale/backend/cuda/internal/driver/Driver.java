package org.nextscale.backend.cuda.internal.driver;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.nextscale.api.BackendException;

/** The installed CUDA driver. Loaded once a class loader, and never unloaded (a JVM cannot). Thread-safe. */
public final class Driver {
    /** What kernels.ptx is stamped with, PTX 8.0, came with CUDA 12.0. */
    private static final int OLDEST = 12_000;

    private static final int THOUSAND = 1000;
    private static final int TEN = 10;
    private static final int NAME_BYTES = 256;

    /** Why JCuda cannot be used in this process, once that was tried; an empty text if it can be. */
    private static String obstacle;

    private Driver() {}

    /** Why there is nothing to compute on, in words for a user; empty if there is. Never throws. */
    public static synchronized Optional<String> obstacle() {
        try {
            return Optional.ofNullable(findObstacle());
        } catch (RuntimeException | LinkageError e) {
            return Optional.of("the CUDA driver cannot be asked: " + e);
        }
    }

    private static String findObstacle() {
        if (obstacle == null) {
            obstacle = load();
        }
        if (!obstacle.isEmpty()) {
            return obstacle;
        }
        int result = JCudaDriver.cuInit(0);
        if (result == CUresult.CUDA_ERROR_NO_DEVICE) {
            return "the CUDA driver sees no GPU";
        }
        if (result != CUresult.CUDA_SUCCESS) {
            return Errors.inWords("cuInit", result);
        }
        int version = version();
        if (version < OLDEST) {
            return "the NVIDIA driver is too old: it knows CUDA " + inWords(version) + ", " + inWords(OLDEST)
                    + " is needed (driver 525 or later)";
        }
        return count() == 0 ? "the CUDA driver sees no GPU" : null;
    }

    private static String load() {
        if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("linux")
                || !List.of("amd64", "x86_64").contains(System.getProperty("os.arch"))) {
            return "CUDA is used on Linux on x86-64 only";
        }
        try {
            NativeLibrary.load();
            return "";
        } catch (Throwable e) {
            // Whatever it is: a probe must survive it, and what is wrong here concerns nobody else.
            return String.valueOf(e.getMessage()).contains("libcuda.so")
                    ? "there is no NVIDIA driver (libcuda.so.1 is not found)"
                    : "JCuda cannot be loaded: "
                            + e.toString().lines().findFirst().orElse("");
        }
    }

    /** CUDA's version as the driver counts: 12060. */
    public static int version() {
        int[] version = new int[1];
        Errors.check("cuDriverGetVersion", JCudaDriver.cuDriverGetVersion(version));
        return version[0];
    }

    /** A version as people write it: {@code "12.6"}. */
    public static String inWords(int version) {
        return version / THOUSAND + "." + version % THOUSAND / TEN;
    }

    /**
     * The GPUs, in the driver's order.
     *
     * @throws BackendException if there is an {@link #obstacle()}
     */
    public static List<GpuDevice> devices() {
        Optional<String> reason = obstacle();
        if (reason.isPresent()) {
            throw new BackendException("CUDA cannot be used: " + reason.get());
        }
        List<GpuDevice> devices = new ArrayList<>();
        for (int i = 0; i < count(); i++) {
            devices.add(device(i));
        }
        return devices;
    }

    private static int count() {
        int[] count = new int[1];
        Errors.check("cuDeviceGetCount", JCudaDriver.cuDeviceGetCount(count));
        return count[0];
    }

    private static GpuDevice device(int index) {
        CUdevice device = handle(index);
        byte[] name = new byte[NAME_BYTES];
        Errors.check("cuDeviceGetName", JCudaDriver.cuDeviceGetName(name, name.length, device));
        long[] bytes = new long[1];
        Errors.check("cuDeviceTotalMem", JCudaDriver.cuDeviceTotalMem(bytes, device));
        return new GpuDevice(
                index,
                new String(name, StandardCharsets.UTF_8).split("\0", 2)[0],
                attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device),
                attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device),
                bytes[0],
                attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, device),
                attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN, device));
    }

    static CUdevice handle(int index) {
        CUdevice device = new CUdevice();
        Errors.check("cuDeviceGet", JCudaDriver.cuDeviceGet(device, index));
        return device;
    }

    private static int attribute(int attribute, CUdevice device) {
        int[] value = new int[1];
        Errors.check("cuDeviceGetAttribute", JCudaDriver.cuDeviceGetAttribute(value, attribute, device));
        return value[0];
    }
}
