package org.nextscale.backend.cuda.internal.driver;

/**
 * A stretch of somebody's {@link DeviceMemory}; valid as long as that. Immutable.
 *
 * @param address in the GPU's memory
 * @param bytes that are there
 */
public record DeviceBuffer(long address, long bytes) {

    /** A part of it. */
    public DeviceBuffer slice(long offset, long length) {
        if (offset < 0 || length < 0 || offset > bytes - length) {
            throw new IndexOutOfBoundsException(
                    length + " bytes from " + offset + " on are not inside of " + bytes + " bytes");
        }
        return new DeviceBuffer(address + offset, length);
    }
}
