package org.nextscale.api.backend;

import java.util.Set;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.plugin.Plugin;
import org.osgi.annotation.versioning.ConsumerType;

/** A compute backend that can be opened. Creating and describing it loads no native library. Thread-safe. */
@ConsumerType
public interface BackendProvider extends Plugin {
    /**
     * Can it run this model on this machine with these options, and how well? A model that does not fit into memory is
     * {@link Availability#tooLarge}. Never throws, and loads nothing that it cannot unload again; quick enough to be asked
     * at every start.
     */
    Availability probe(ProbeRequest request);

    /**
     * Loads the engine and makes it ready. The caller owns the backend and closes it; several may be open at once.
     *
     * @param options a value for every one of {@link #parameters()}
     * @throws org.nextscale.api.BackendException if the engine cannot be loaded, with the reason
     */
    Backend open(ParameterValues options);

    /**
     * The {@linkplain TransformerSpec#type types} of transformers that it can compute. The engine asks it for no other, so that a
     * backend that is older than a type need not know that it exists.
     */
    default Set<String> transformerTypes() {
        return Set.of(TransformerSpec.VAR);
    }
}
