package org.nextscale.checkpoint.internal.zip;

/**
 * An entry of a ZIP archive's central directory.
 *
 * @param name its path in the archive
 * @param stored whether its bytes are stored uncompressed and unencrypted
 * @param crc CRC-32 of its bytes
 * @param size bytes of its content
 * @param headerOffset byte of the file at which its local header begins
 * @param limit byte of the file that it must end before: the next entry or the central directory
 */
public record ZipRecord(String name, boolean stored, int crc, long size, long headerOffset, long limit) {}
