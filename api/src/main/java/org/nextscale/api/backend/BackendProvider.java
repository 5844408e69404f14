package org.nextscale.api.backend;

import java.util.List;
import org.nextscale.api.parameter.Parameter;
import org.nextscale.api.parameter.ParameterValues;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A compute backend that can be opened. Registered as an OSGi service, and named in {@code META-INF/services} for the
 * plain classpath. Creating and listing providers loads no native library. Thread-safe.
 */
@ConsumerType
public interface BackendProvider {

    /** Unique short id, lower case: {@code nd4j}. Two providers of one id are refused. */
    String id();

    /** What it is, in a few words: {@code "ND4J 1.0.0-M2.1 with oneDNN, float32"}. */
    String label();

    /** Options that {@link #open} understands, such as the number of threads. */
    default List<Parameter> parameters() {
        return List.of();
    }

    /**
     * Can it run this model on this machine with these options, and how well? A model that does not fit into memory is
     * {@link Availability#tooLarge}. Never throws, and loads nothing that it cannot unload again; quick enough to be asked
     * at every start.
     *
     * @param request with a value for every one of {@link #parameters()}
     */
    Availability probe(ProbeRequest request);

    /**
     * Loads the engine and makes it ready. The caller owns the backend and closes it; several may be open at once.
     *
     * @param options a value for every one of {@link #parameters()}
     * @throws BackendException if the engine cannot be loaded, with the reason
     */
    Backend open(ParameterValues options);
}
