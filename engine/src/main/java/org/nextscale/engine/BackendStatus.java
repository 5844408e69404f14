package org.nextscale.engine;

import java.util.List;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.parameter.Parameter;

/**
 * A backend that was found, and whether it can run here.
 *
 * @param id as in {@code --backend ID}
 * @param label what it is
 * @param version of the bundle or jar that brought it; empty where that has none
 * @param availability what its probe said
 * @param parameters options it understands
 */
public record BackendStatus(
        String id, String label, String version, Availability availability, List<Parameter> parameters) {}
