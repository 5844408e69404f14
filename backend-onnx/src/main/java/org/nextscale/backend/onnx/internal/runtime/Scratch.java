package org.nextscale.backend.onnx.internal.runtime;

/** Where a session's runs put what they compute in between. */
public enum Scratch {
    /** In the C library's heap, which all sessions share: right for many sessions with pieces of a few megabytes. */
    SHARED,
    /**
     * In an arena of the session's own, returned after every run: right for few runs with pieces of many megabytes, each
     * of which the C library would get from the system and give back.
     */
    ARENA,
    /** The same, kept from run to run until the session is closed: right for runs that come an image after the other. */
    KEPT_ARENA
}
