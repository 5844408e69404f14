package org.nextscale.api.backend;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What a backend's probe found on this machine. Immutable. */
public final class Availability {
    private final int score;
    private final String device;
    private final String reason;
    private final Optional<MemoryNeed> need;
    private final List<ComputeDevice> devices;

    private Availability(
            int score, String device, String reason, Optional<MemoryNeed> need, List<ComputeDevice> devices) {
        this.score = score;
        this.device = Objects.requireNonNull(device);
        this.reason = Objects.requireNonNull(reason);
        this.need = need;
        this.devices = List.copyOf(devices);
    }

    /**
     * It can run.
     *
     * @param score how well it suits what was asked, larger is better, above 0. Scores of different backends are compared, so
     *     they share a scale: 100 is float32 as fast as ND4J on a processor with AVX-512, 200 is twice as fast
     * @param device what it would compute on, in words: {@code "CPU, AVX-512, 2 threads"}
     * @param reason why it can run here, in words a user can act on
     */
    public static Availability available(int score, String device, String reason) {
        if (score <= 0) {
            throw new IllegalArgumentException("score " + score + ": an available backend has one above 0");
        }
        return new Availability(score, device, reason, Optional.empty(), List.of());
    }

    /** @param reason why it cannot run here, in words a user can act on */
    public static Availability unavailable(String reason) {
        return new Availability(0, "", reason, Optional.empty(), List.of());
    }

    /**
     * The model is too large.
     *
     * @param advice what could be done about it, after a colon
     */
    public static Availability tooLarge(MemoryNeed need, String advice) {
        return new Availability(0, "", need + ": " + advice, Optional.of(need), List.of());
    }

    /** The same with the memory that the model needs, which is there. */
    public Availability needing(MemoryNeed memory) {
        return new Availability(score, device, reason, Optional.of(memory), devices);
    }

    /** The same on another device. */
    public Availability on(String otherDevice) {
        return new Availability(score, otherDevice, reason, need, devices);
    }

    /** The same with the devices it would use, or could be told to use. */
    public Availability withDevices(List<ComputeDevice> found) {
        return new Availability(score, device, reason, need, found);
    }

    /** How well it suits what was asked; 0 means it cannot run. */
    public int score() {
        return score;
    }

    /** What it would compute on, in words; empty when it cannot run. */
    public String device() {
        return device;
    }

    /** Why it can or cannot run here, in words a user can act on. */
    public String reason() {
        return reason;
    }

    /** The memory that decided, or came closest to; empty if no model was asked about or free memory is not known. */
    public Optional<MemoryNeed> need() {
        return need;
    }

    /** The devices it would use, or could be told to use; empty where it does not list them. */
    public List<ComputeDevice> devices() {
        return devices;
    }

    public boolean isAvailable() {
        return score > 0;
    }

    /** Whether it could run but for the size of the model. */
    public boolean lacksMemory() {
        return need.isPresent() && !need.get().fits();
    }

    @Override
    public String toString() {
        return score + " " + device + " (" + reason + ")";
    }
}
