package org.nextscale.api.backend;

/**
 * What a backend's probe found on this machine.
 *
 * @param score how well it suits this machine, larger is better; 0 means it cannot run here
 * @param device what it would compute on, in words: {@code "CPU, AVX-512, 2 threads"}; empty when it cannot run
 * @param reason why it can or cannot run here, in words a user can act on
 */
public record Availability(int score, String device, String reason) {

    public Availability {
        if (score < 0) {
            throw new IllegalArgumentException("score " + score + " is negative");
        }
    }

    public static Availability available(int score, String device, String reason) {
        if (score == 0) {
            throw new IllegalArgumentException("an available backend has a score above 0");
        }
        return new Availability(score, device, reason);
    }

    public static Availability unavailable(String reason) {
        return new Availability(0, "", reason);
    }

    public boolean isAvailable() {
        return score > 0;
    }
}
