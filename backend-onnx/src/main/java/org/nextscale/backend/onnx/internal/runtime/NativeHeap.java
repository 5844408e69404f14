package org.nextscale.backend.onnx.internal.runtime;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The C library's heap, which keeps what ONNX Runtime frees, hundreds of megabytes after a large model was loaded or
 * closed, unless it is told to give it back. The JVM has a command for that on Linux; elsewhere nothing needs to be done.
 */
public final class NativeHeap {
    /** Freed bytes that are worth the tenth of a second that giving them back may take. */
    private static final long WORTHWHILE = 64L << 20;
    /** Freed bytes that a network's loading may leave before they are given back. */
    private static final long MOST = 192L << 20;

    private static long freed;

    private NativeHeap() {}

    /** Says that so much was freed; gives it back when it has become much. */
    static synchronized void freed(long bytes) {
        freed += bytes;
        if (freed >= MOST) {
            trim();
        }
    }

    /** Gives back what was freed, if it is worth the time: after a network was loaded, and after one was closed. */
    public static synchronized void trim() {
        if (freed < WORTHWHILE) {
            return;
        }
        freed = 0;
        try {
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "systemTrimNativeHeap",
                            new Object[0],
                            new String[0]);
        } catch (JMException | RuntimeException | LinkageError e) {
            // A JVM without that command: the memory is free for this process all the same.
            return;
        }
    }
}
