package org.nextscale.backend.support;

import java.util.Optional;
import org.nextscale.api.backend.Machine;
import org.nextscale.api.backend.ProbeRequest;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.plugin.ParameterValues;

/** A probe's question put together: by the engine, or by a test. */
public record DescribedProbe(ParameterValues options, Optional<ModelSpec> model, Machine machine)
        implements ProbeRequest {}
