package org.nextscale.engine.internal.generation;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.image.Provenance;
import org.nextscale.api.model.Condition;
import org.nextscale.api.model.Model;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.engine.internal.backend.LoadedModel;
import org.nextscale.files.Sha256;

/**
 * What the images of a request say about how they were made.
 *
 * @param sampling a value for every parameter of the sampler
 * @param guiding a value for every parameter of the guidance
 */
record ImageProvenance(Model model, GenerationRequest request, ParameterValues sampling, ParameterValues guiding) {
    Provenance of(long number, Condition condition, LoadedModel loaded) {
        Provenance.Builder builder = Provenance.builder("Nextscale " + version())
                .model(model.name(), model.fingerprint())
                .backend(loaded.choice(), loaded.status().availability().device())
                .seed(request.seed())
                .sampler(request.sampler().id(), sampling.asMap())
                .guidance(request.guidance().id(), guiding.asMap());
        request.edit()
                .ifPresent(edit -> builder.edit(
                        sha256(edit.image().values()), sha256(edit.mask().keep()), edit.compositeFeather()));
        Optional<String> className = condition.isNone()
                ? Optional.empty()
                : Optional.of(model.classNames().name(condition.label().getAsInt()));
        return builder.image(number, condition, className).build();
    }

    private static String version() {
        String version = ImageProvenance.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }

    private static String sha256(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        return Sha256.of(bytes.array());
    }
}
