package org.nextscale.model.description;

/**
 * A file as it was when it was written or read.
 *
 * @param name its name without folders
 * @param bytes its length
 * @param sha256 SHA-256 of its content in hexadecimal
 */
public record FileDigest(String name, long bytes, String sha256) {}
