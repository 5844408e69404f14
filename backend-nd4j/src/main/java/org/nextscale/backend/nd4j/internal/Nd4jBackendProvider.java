package org.nextscale.backend.nd4j.internal;

import java.util.List;
import java.util.Optional;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.MemoryNeed;
import org.nextscale.api.backend.ProbeRequest;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.backend.nd4j.internal.compute.NativeBuilds;
import org.nextscale.backend.nd4j.internal.compute.NativeLibrary;
import org.nextscale.backend.support.DescribedMachine;
import org.nextscale.backend.support.ModelSize;
import org.osgi.service.component.annotations.Component;

/** Offers ND4J on the CPU. Nothing native is touched before {@link #open}. */
@Component(service = BackendProvider.class)
public final class Nd4jBackendProvider implements BackendProvider {
    /** A float of a vector register: 100 with AVX-512, which is what scores are measured in. */
    private static final double SCORE_OF_FLOAT = 100 / 16.0;
    /** Builds with oneDNN bear its name; the plain ones compute with OpenBLAS and ND4J's own loops. */
    private static final int SCORE_WITHOUT_ONEDNN = 10;

    private static final String THREADS = "threads";
    private static final int MOST_THREADS = 512;

    /** Feature maps that a layer of the decoder has at a time. */
    private static final int MAPS = 3;
    /** The library itself, and scratch of its products. */
    private static final long LIBRARY_BYTES = 100_000_000;

    @Override
    public String id() {
        return "nd4j";
    }

    @Override
    public String description() {
        return "ND4J 1.0.0-M2.1 with oneDNN on the CPU, float32 (no half precision, no GPU)";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.integer(
                THREADS,
                Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()),
                1,
                MOST_THREADS,
                "threads that compute; fewer leave cores to others"));
    }

    @Override
    public Availability probe(ProbeRequest request) {
        try {
            NativeBuilds builds = NativeBuilds.of(request.machine());
            if (builds.platform().isEmpty()) {
                return Availability.unavailable("ND4J has no native library for " + System.getProperty("os.name")
                        + " on " + System.getProperty("os.arch"));
            }
            Optional<String> variant = builds.bestVariant(Nd4jBackendProvider.class.getClassLoader());
            if (variant.isEmpty()) {
                return Availability.unavailable("this build carries no ND4J library for " + builds.platform()
                        + "; build Nextscale with -P" + builds.platform());
            }
            Optional<MemoryNeed> need = request.model().flatMap(model -> request.need(bytes(model)));
            if (need.isPresent() && !need.get().fits()) {
                return Availability.tooLarge(need.get(), "this backend computes in float32 only");
            }
            boolean oneDnn = isOneDnn(variant.get());
            Availability here = Availability.available(
                    oneDnn ? (int) (SCORE_OF_FLOAT * builds.vectors().floats()) : SCORE_WITHOUT_ONEDNN,
                    device(builds, oneDnn, threads(request.options())),
                    oneDnn ? "runs on any processor of this platform" : "without oneDNN, which ND4J lacks here: slow");
            return need.map(here::needing).orElse(here);
        } catch (RuntimeException | LinkageError e) {
            return Availability.unavailable("the machine could not be examined: " + e);
        }
    }

    /** All weights in float32, and the larger of what one guided image has while it is drawn and while it is decoded. */
    private static long bytes(ModelSpec model) {
        ModelSize size = ModelSize.of(model);
        long cache = 2 * size.cacheOfToken() * model.pyramid().totalTokens();
        return (size.weights() + Math.max(cache, MAPS * size.largestMap())) * Float.BYTES + LIBRARY_BYTES;
    }

    private static boolean isOneDnn(String variant) {
        return variant.contains("onednn");
    }

    private static int threads(ParameterValues options) {
        return (int) options.integer(THREADS);
    }

    private static String device(NativeBuilds builds, boolean oneDnn, int threads) {
        return "CPU, " + (oneDnn ? "oneDNN " : "") + builds.vectors().label() + ", " + threads
                + (threads == 1 ? " thread" : " threads");
    }

    @Override
    public Backend open(ParameterValues options) {
        NativeBuilds builds = NativeBuilds.of(DescribedMachine.current());
        NativeLibrary library = NativeLibrary.load(builds);
        int threads = threads(options);
        return new Nd4jBackend(library, device(builds, isOneDnn(library.variant()), threads), threads);
    }
}
