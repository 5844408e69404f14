package org.nextscale.api.backend;

import java.util.Objects;
import java.util.OptionalLong;

/** A device that a backend would compute on. Immutable; made by {@link #of}. */
public final class ComputeDevice {
    private final Kind kind;
    private final String name;
    private final OptionalLong memory;
    private final OptionalLong freeMemory;

    /** What kind of device it is. */
    public enum Kind {
        /** The machine's own processors. */
        CPU,
        /** A graphics processor with memory of its own. */
        GPU,
        /** Anything else. */
        OTHER
    }

    private ComputeDevice(Kind kind, String name, OptionalLong memory, OptionalLong freeMemory) {
        this.kind = Objects.requireNonNull(kind);
        this.name = Objects.requireNonNull(name);
        this.memory = memory;
        this.freeMemory = freeMemory;
    }

    /** @param name in words: {@code "NVIDIA H100 80GB"} */
    public static ComputeDevice of(Kind kind, String name) {
        return new ComputeDevice(kind, name, OptionalLong.empty(), OptionalLong.empty());
    }

    /**
     * The same with the memory it has.
     *
     * @param bytes all of it
     * @param free what of it can be used at the moment
     */
    public ComputeDevice withMemory(long bytes, long free) {
        return new ComputeDevice(kind, name, OptionalLong.of(bytes), OptionalLong.of(free));
    }

    public Kind kind() {
        return kind;
    }

    public String name() {
        return name;
    }

    /** Bytes of its own memory; empty where that is not known, or it is the machine's. */
    public OptionalLong memory() {
        return memory;
    }

    /** Bytes of its own memory that can be used at the moment. */
    public OptionalLong freeMemory() {
        return freeMemory;
    }

    @Override
    public String toString() {
        return name;
    }
}
