package org.nextscale.distribution;

import org.nextscale.api.BackendException;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.ProbeRequest;
import org.nextscale.api.plugin.ParameterValues;

/** A backend that scores higher than all others and never opens. */
public final class BoastfulBackendProvider implements BackendProvider {

    @Override
    public String id() {
        return "boastful";
    }

    @Override
    public String description() {
        return "fails to open";
    }

    @Override
    public Availability probe(ProbeRequest request) {
        return Availability.available(1000, "a supercomputer", "the best there is");
    }

    @Override
    public Backend open(ParameterValues options) {
        throw new BackendException("the supercomputer is switched off");
    }
}
