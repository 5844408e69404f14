package org.nextscale.backend.cuda.internal.loop;

import java.util.List;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.backend.cuda.internal.gpu.Gpu;

/** A transformer that a loop on the device can run. */
public interface LoopTransformer extends ScaleTransformer {

    /**
     * Where it is on one GPU.
     *
     * @param gpu stays the backend's to close, after the loop
     * @param passes opens what the loop runs there
     */
    record Place(Gpu gpu, ScalePasses.Opener passes) {}

    /** Every GPU that it is on. */
    List<Place> places();
}
