package org.nextscale.cli.internal.fake;

import org.nextscale.api.BackendException;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.ProbeRequest;
import org.nextscale.api.plugin.ParameterValues;

/** Promises the most and never opens. Not on the class path of the other tests: they add it themselves. */
public final class FailingBackendProvider implements BackendProvider {
    @Override
    public String id() {
        return "boastful";
    }

    @Override
    public String description() {
        return "fails for tests";
    }

    @Override
    public Availability probe(ProbeRequest request) {
        return Availability.available(1000, "a supercomputer", "best of all");
    }

    @Override
    public Backend open(ParameterValues options) {
        throw new BackendException("the supercomputer is\nnot plugged in");
    }
}
