package org.nextscale.launcher;

/** What the launcher itself has to say, on standard error. */
final class Terminal {
    private Terminal() {}

    /** Prints one line: a message that has several is folded. */
    static void say(String message) {
        System.err.println("nextscale: " + String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", " "));
    }

    /** Prints what went wrong in one line. */
    static void say(Throwable failure) {
        if (failure instanceof LaunchException) {
            say(failure.getMessage());
            trace(failure);
        } else {
            say("", failure);
        }
    }

    /**
     * Prints what happened and why, in one line; {@code NEXTSCALE_DEBUG} in the environment adds the stack.
     *
     * @param message may be empty
     * @param cause may be {@code null}
     */
    static void say(String message, Throwable cause) {
        StringBuilder line = new StringBuilder(message == null ? "" : message);
        if (cause != null) {
            line.append(line.isEmpty() ? "" : ": ").append(cause.getClass().getSimpleName());
            line.append(cause.getMessage() == null ? "" : ": " + cause.getMessage());
        }
        say(line.toString());
        trace(cause);
    }

    private static void trace(Throwable failure) {
        if (failure != null
                && !System.getenv().getOrDefault("NEXTSCALE_DEBUG", "").isEmpty()) {
            failure.printStackTrace();
        }
    }
}
