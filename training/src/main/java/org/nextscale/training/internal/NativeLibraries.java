package org.nextscale.training.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.TrainingException;
import org.nextscale.backend.support.UserCache;

/**
 * libtorch, loaded once a class loader and never unloaded (a JVM cannot). Nothing of JavaCPP may be touched before {@link
 * #load}: its settings are read once, when its classes are initialized, and from system properties alone. These are set for
 * that moment only, since the backend of ND4J carries a JavaCPP of its own in the same process. Thread-safe.
 */
public final class NativeLibraries {
    private static final String CACHE = "org.bytedeco.javacpp.cachedir";
    private static final String MAX_BYTES = "org.bytedeco.javacpp.maxbytes";
    private static final String MAX_PHYSICAL_BYTES = "org.bytedeco.javacpp.maxphysicalbytes";
    /** Which of a preset's builds JavaCPP looks for; as long as nobody says so, for all. */
    private static final String EXTENSION = "org.bytedeco.javacpp.platform.extension";

    private static final String FOLDERS = "org.bytedeco.javacpp.platform.preloadpath";
    /** Folders before what lies beside JavaCPP's classes, which are the libraries for the CPU. */
    private static final String FOLDERS_FIRST = "org.bytedeco.javacpp.pathsFirst";
    /** Which JavaCPP looks through then as well: the system's OpenBLAS would go before the one in this jar. */
    private static final String SYSTEM_FOLDERS = "java.library.path";

    /** Of libtorch and JavaCPP; the versions in the parent's pom. */
    static final String VERSION = "2.10.0-1.5.13";

    private static boolean loaded;
    private static boolean loadedForGpu;
    private static TrainingException failure;

    private NativeLibraries() {}

    /**
     * Loads libtorch if it is not loaded yet, or says again why it could not be loaded.
     *
     * @throws TrainingException with the reason
     */
    public static synchronized void load() {
        if (failure == null && loaded) {
            return;
        }
        load(folder("libtorch-"), Map.of(EXTENSION, ""), name -> true);
    }

    /**
     * The same with the build for GPUs, in place of the one for the CPU.
     *
     * @throws TrainingException with the reason, which may be that this process has loaded the other one
     */
    static synchronized void load(GpuBuild build) {
        if (failure == null && loadedForGpu) {
            return;
        }
        if (failure == null && loaded) {
            throw new TrainingException(
                    "libtorch has been loaded for the CPU by this process: start Nextscale again for the GPU");
        }
        Path folder = folder("libtorch-gpu-");
        if (failure == null) {
            build.unpack(folder);
        }
        String path = folder.toString();
        // CUDA's own may be the system's.
        load(
                folder,
                Map.of(EXTENSION, GpuBuild.EXTENSION, FOLDERS, path, FOLDERS_FIRST, "true", SYSTEM_FOLDERS, path),
                name -> name.startsWith("torch") || name.startsWith("c10"));
        if (!Loader.getLoadedLibraries().containsKey(GpuBuild.LIBRARY)) {
            // JavaCPP has passed over it without a word, and taken what it found of the build for the CPU.
            failure = new TrainingException("libtorch cannot be loaded for GPUs: " + build.obstacle(folder)
                    + "; with device cpu it does without");
            throw failure;
        }
        loadedForGpu = true;
    }

    private static void load(Path cache, Map<String, String> settings, Predicate<String> ownOnly) {
        if (failure != null) {
            throw new TrainingException(failure.getMessage(), failure);
        }
        Map<String, String> before = new HashMap<>();
        try {
            set(CACHE, cache.toString(), before);
            // JavaCPP's own limits follow -Xmx, which says nothing about tensors outside the heap.
            set(MAX_BYTES, "0", before);
            set(MAX_PHYSICAL_BYTES, "0", before);
            settings.forEach((name, value) -> set(name, value, before));
            OwnLibraries.only(torch.class, ownOnly);
            Loader.load(openblas.class);
            OwnLibraries.load(torch.class, "gomp@.1", "c10", "torch_cpu");
            Loader.load(torch.class);
            // It refuses many processors, virtual ones above all, and says so on standard error at every convolution.
            torch.globalContext().setUserEnabledNNPACK(false);
            loaded = true;
        } catch (IOException | LinkageError | RuntimeException e) {
            failure = new TrainingException("libtorch cannot be loaded: " + e.getMessage(), e);
            throw failure;
        } finally {
            before.forEach(NativeLibraries::restore);
        }
    }

    /** Where the libraries are unpacked, once for all runs: a folder a version, so that versions never mix. */
    private static Path folder(String name) {
        try {
            return UserCache.folder(name + VERSION);
        } catch (IOException e) {
            throw new TrainingException("libtorch cannot be unpacked: " + e.getMessage(), e);
        }
    }

    /** Of JavaCPP's own settings, those that somebody made are left. */
    private static void set(String name, String value, Map<String, String> before) {
        String old = System.getProperty(name);
        if (old == null || name.equals(SYSTEM_FOLDERS)) {
            before.put(name, old);
            System.setProperty(name, value);
        }
    }

    private static void restore(String name, String value) {
        if (value == null) {
            System.clearProperty(name);
        } else {
            System.setProperty(name, value);
        }
    }
}
