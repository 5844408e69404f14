package org.nextscale.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OneLineLogTest {
    private final StandardError err = new StandardError();
    private final Logger log = System.getLogger("org.example.bundle");

    @AfterEach
    void restore() {
        err.close();
    }

    @Test
    void theJdkFindsIt() {
        assertEquals(OneLineLog.class, System.LoggerFinder.getLoggerFinder().getClass(), "named in META-INF/services");
        assertEquals("org.example.bundle", log.getName());
    }

    @Test
    void warningsAndErrorsAreALineEach() {
        log.log(Level.WARNING, "the disk\n  is nearly full\n");
        log.log(Level.ERROR, () -> "the disk is full");
        assertEquals("nextscale: the disk is nearly full\nnextscale: the disk is full\n", err.text());
    }

    @Test
    void theRestIsForThoseWhoAsk() {
        log.log(Level.INFO, "all is well");
        log.log(Level.DEBUG, () -> {
            throw new AssertionError("nobody listens");
        });
        log.log(Level.INFO, "all is {0}", "well");
        log.log(Level.INFO, "all is well", new IllegalStateException("is it?"));
        log.log(Level.OFF, "never");
        assertEquals("", err.text());
        assertTrue(log.isLoggable(Level.WARNING) && log.isLoggable(Level.ERROR));
        assertFalse(log.isLoggable(Level.INFO) || log.isLoggable(Level.OFF));
    }

    @Test
    void valuesGoWhereTheMessageWantsThem() {
        log.log(Level.WARNING, "{1} of {0} GB are free", 80, "3");
        assertEquals("nextscale: 3 of 80 GB are free\n", err.text());
        log.log(Level.WARNING, "a set {a, b}");
        assertEquals("nextscale: a set {a, b}\n", err.text(), "without values there is nothing to put in");
        log.log(Level.WARNING, "a set {a, b} of {0}", "two");
        assertEquals("nextscale: a set {a, b} of {0}\n", err.text(), "a mistake in a message fails nobody");
    }

    @Test
    void whatWasThrownFollowsTheMessage() {
        log.log(Level.WARNING, "a listener failed", new IllegalStateException("not\nnow"));
        assertEquals("nextscale: a listener failed: IllegalStateException: not now\n", err.text());
        log.log(Level.WARNING, (String) null, new IllegalStateException());
        assertEquals("nextscale: IllegalStateException\n", err.text());
    }
}
