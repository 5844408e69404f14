package org.nextscale.testkit.cranky;

import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;

/** In which way a plugin misbehaves. */
enum Mood {
    /** Throws what nobody declared. */
    THROWS,
    /** Throws an error, as a class does that cannot be linked. */
    BREAKS,
    /** Does not return until its thread is interrupted. */
    HANGS,
    /** Returns something that cannot be. */
    NONSENSE,
    /** Returns nothing at all. */
    NULL,
    /** Does its work, and keeps a megabyte and a thread each time. */
    LEAKS;

    private static final String NAME = "mood";
    private static final int MEGABYTE = 1 << 20;
    private static final Queue<byte[]> KEPT = new ConcurrentLinkedQueue<>();

    /** What every cranky plugin declares. */
    static final List<Parameter> PARAMETERS = List.of(Parameter.choice(
            NAME, THROWS.word(), Stream.of(values()).map(Mood::word).toList(), "how to misbehave"));

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Mood of(ParameterValues values) {
        return of(values.choice(NAME));
    }

    /** The mood that a word begins with; {@link #THROWS} if none. */
    static Mood of(String word) {
        return Stream.of(values())
                .filter(mood -> word.startsWith(mood.word()))
                .findFirst()
                .orElse(THROWS);
    }

    /** Throws, hangs or leaks, if that is the mood; returns otherwise. */
    void act() {
        switch (this) {
            case THROWS -> throw new IllegalStateException("I am cranky");
            case BREAKS -> throw new NoClassDefFoundError("com/example/Cranky");
            case HANGS -> hang();
            case LEAKS -> leak();
            case NONSENSE, NULL -> {
                // What is returned shows it.
            }
        }
    }

    private static void hang() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("I was interrupted while I was doing nothing", e);
        }
    }

    private static void leak() {
        KEPT.add(new byte[MEGABYTE]);
        Thread thread = new Thread(
                () -> {
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "cranky-leak");
        thread.setDaemon(true);
        thread.start();
    }
}
