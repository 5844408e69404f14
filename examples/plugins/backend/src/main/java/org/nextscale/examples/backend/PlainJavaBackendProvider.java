package org.nextscale.examples.backend;

import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.Machine;
import org.nextscale.api.backend.MemoryNeed;
import org.nextscale.api.backend.ProbeRequest;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.backend.support.ModelSize;
import org.osgi.service.component.annotations.Component;

/** Offers the backend {@code plain-java}, which runs everywhere and is chosen where nothing better does. */
@Component
public final class PlainJavaBackendProvider implements BackendProvider {
    /** Of a scale on which 100 is ND4J with AVX-512. */
    private static final int SCORE = 5;

    /** Feature maps that a layer of the decoder has at a time. */
    private static final int MAPS = 4;

    @Override
    public String id() {
        return "plain-java";
    }

    @Override
    public String description() {
        return "plain Java in float32, on any machine: to be read, not to be fast";
    }

    @Override
    public Availability probe(ProbeRequest request) {
        Availability here = Availability.available(SCORE, PlainJavaBackend.DEVICE, "runs wherever Java does, slowly");
        return request.model()
                .map(model -> need(model, request.machine()))
                .map(need -> need.fits()
                        ? here.needing(need)
                        : Availability.tooLarge(need, "give Java a larger heap with -Xmx, if the machine has it"))
                .orElse(here);
    }

    /** Everything is in Java's heap, which grows up to a limit, as far as the machine has so much. */
    private static MemoryNeed need(ModelSpec model, Machine machine) {
        long heap = Runtime.getRuntime().maxMemory();
        return MemoryNeed.of(
                "Java's heap", bytes(model), Math.min(heap, machine.freeMemory().orElse(heap)));
    }

    /** All weights, and the larger of what one guided image has while it is drawn and while it is decoded. */
    private static long bytes(ModelSpec model) {
        ModelSize size = ModelSize.of(model);
        long cache = 2 * size.cacheOfToken() * model.pyramid().totalTokens();
        return (size.weights() + Math.max(cache, MAPS * size.largestMap())) * Float.BYTES;
    }

    @Override
    public Backend open(ParameterValues options) {
        return new PlainJavaBackend();
    }
}
