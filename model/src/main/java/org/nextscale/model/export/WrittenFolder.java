package org.nextscale.model.export;

import java.nio.file.Path;

/**
 * A folder that was written.
 *
 * @param files how many it holds
 * @param bytes of all of them
 */
public record WrittenFolder(Path path, int files, long bytes) {}
