package org.nextscale.api.engine;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** A model is on another backend than before, or on a lesser one than there is. Immutable. */
@ProviderType
public interface BackendChange {
    /** Name of the model. */
    String model();

    /** What it runs on now. */
    BackendStatus backend();

    /** Whether nobody asked for it: the backend before went away. */
    boolean isFailover();

    /** Why it happened, and why better backends were passed over, a line each; empty where all went as it was asked for. */
    List<String> reasons();

    /** What the backend itself wants to be known, a line each; usually empty. */
    List<String> notices();
}
