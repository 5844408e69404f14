package org.nextscale.launcher;

/** What the launcher itself has to say, on standard error. */
final class Terminal {

    private Terminal() {}

    /** Prints one line: a message that has several is folded. */
    static void say(String message) {
        System.err.println("nextscale: " + String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", " "));
    }

    /** Prints what went wrong in one line; {@code NEXTSCALE_DEBUG} in the environment adds the stack. */
    static void say(Throwable failure) {
        if (failure instanceof LaunchException) {
            say(failure.getMessage());
        } else {
            String message = failure.getMessage();
            say(failure.getClass().getSimpleName() + (message == null ? "" : ": " + message));
        }
        if (!System.getenv().getOrDefault("NEXTSCALE_DEBUG", "").isEmpty()) {
            failure.printStackTrace();
        }
    }
}
