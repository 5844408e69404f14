package org.nextscale.engine.internal;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.engine.model.ModelPackage;

/** What an image says about how it was made; with it the same image can be made again. */
final class Provenance {
    private final Map<String, String> shared;
    private final ModelPackage model;

    private Provenance(Map<String, String> shared, ModelPackage model) {
        this.shared = shared;
        this.model = model;
    }

    static Provenance of(
            ModelPackage model,
            Deployment deployment,
            GenerationRequest request,
            ParameterValues sampler,
            ParameterValues guidance) {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("software", "Nextscale " + version());
        entries.put("model", model.name());
        entries.put("model-fingerprint", model.fingerprint());
        entries.put("backend", deployment.choice());
        entries.put("device", deployment.status().availability().device());
        entries.put("seed", Long.toString(request.seed()));
        entries.put("sampler", request.sampler().id());
        sampler.asMap().forEach((name, value) -> entries.put("sampler." + name, value.toString()));
        entries.put("guidance", request.guidance().id());
        guidance.asMap().forEach((name, value) -> entries.put("guidance." + name, value.toString()));
        request.edit().ifPresent(edit -> {
            entries.put("edit-source-sha256", sha256(edit.image().values()));
            entries.put("edit-mask-sha256", sha256(edit.mask().keep()));
            edit.compositeFeather()
                    .ifPresent(feather -> entries.put("edit-composite-feather", Integer.toString(feather)));
        });
        return new Provenance(entries, model);
    }

    /** All entries for one image. */
    Map<String, String> of(long number, int label) {
        Map<String, String> entries = new LinkedHashMap<>(shared);
        entries.put("image", Long.toString(number));
        entries.put("class", Integer.toString(label));
        if (label != GenerationRequest.UNCONDITIONAL) {
            entries.put("class-name", model.classNames().name(label));
        }
        return entries;
    }

    private static String version() {
        String version = Provenance.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }

    private static String sha256(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
