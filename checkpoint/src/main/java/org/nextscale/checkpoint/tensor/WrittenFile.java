package org.nextscale.checkpoint.tensor;

import java.nio.file.Path;

/**
 * A file that was written.
 *
 * @param bytes its length
 * @param sha256 SHA-256 of its content in hexadecimal
 */
public record WrittenFile(Path path, long bytes, String sha256) {}
