package org.nextscale.api.backend;

import java.util.Optional;

/**
 * What a backend's probe found on this machine.
 *
 * @param score how well it suits what was asked, larger is better; 0 means it cannot run. Scores of different backends are
 *     compared, so they share a scale: 100 is float32 as fast as ND4J on a processor with AVX-512, 200 is twice as fast
 * @param device what it would compute on, in words: {@code "CPU, AVX-512, 2 threads"}; empty when it cannot run
 * @param reason why it can or cannot run here, in words a user can act on
 * @param need the memory that decided, or came closest to; empty if no model was asked about or free memory is not known
 */
public record Availability(int score, String device, String reason, Optional<MemoryNeed> need) {

    public Availability {
        if (score < 0) {
            throw new IllegalArgumentException("score " + score + " is negative");
        }
    }

    public static Availability available(int score, String device, String reason) {
        if (score == 0) {
            throw new IllegalArgumentException("an available backend has a score above 0");
        }
        return new Availability(score, device, reason, Optional.empty());
    }

    public static Availability unavailable(String reason) {
        return new Availability(0, "", reason, Optional.empty());
    }

    /**
     * The model is too large.
     *
     * @param advice what could be done about it, after a colon
     */
    public static Availability tooLarge(MemoryNeed need, String advice) {
        return new Availability(0, "", need + ": " + advice, Optional.of(need));
    }

    /** The same with the memory that the model needs, which is there. */
    public Availability needing(Optional<MemoryNeed> memory) {
        return new Availability(score, device, reason, memory);
    }

    public boolean isAvailable() {
        return score > 0;
    }

    /** Whether it could run but for the size of the model. */
    public boolean lacksMemory() {
        return need.isPresent() && !need.get().fits();
    }
}
