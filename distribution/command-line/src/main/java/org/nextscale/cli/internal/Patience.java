package org.nextscale.cli.internal;

/**
 * Longer than usual to put unfinished work away when the process is told to stop, for as long as it is open: a step of
 * training and its checkpoint take more than a moment. The launcher heeds it too.
 */
public final class Patience implements AutoCloseable {
    /** Shared with the launcher, which has none of these classes. */
    private static final String PROPERTY = "nextscale.stop.seconds";

    private final String before = System.getProperty(PROPERTY);

    public Patience(int seconds) {
        System.setProperty(PROPERTY, Integer.toString(seconds));
    }

    static int secondsOr(int usual) {
        return Integer.getInteger(PROPERTY, usual);
    }

    @Override
    public void close() {
        if (before == null) {
            System.clearProperty(PROPERTY);
        } else {
            System.setProperty(PROPERTY, before);
        }
    }
}
