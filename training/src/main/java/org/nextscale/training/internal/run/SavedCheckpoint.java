package org.nextscale.training.internal.run;

import java.nio.file.Path;
import java.util.Map;
import org.nextscale.checkpoint.Checkpoint;

/**
 * A checkpoint that was found whole.
 *
 * @param step steps done
 * @param state what was kept beside the tensors
 */
public record SavedCheckpoint(long step, Path path, Map<String, String> state) {
    public SavedCheckpoint {
        state = Map.copyOf(state);
    }

    /** Opens its tensors; the caller closes it. */
    public Checkpoint open() {
        return Checkpoint.open(path);
    }
}
