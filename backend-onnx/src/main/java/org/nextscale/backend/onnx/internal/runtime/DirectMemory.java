package org.nextscale.backend.onnx.internal.runtime;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/** How many bytes of direct buffers the Java VM still allows: {@code -XX:MaxDirectMemorySize}, as much as its heap by default. */
public final class DirectMemory {
    private DirectMemory() {}

    /** What is left of the limit. Asking takes some 40 ms the first time. */
    public static long free() {
        long used = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return Math.max(0, limit() - used);
    }

    private static long limit() {
        try {
            HotSpotDiagnosticMXBean vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            long said = Long.parseLong(vm.getVMOption("MaxDirectMemorySize").getValue());
            return said > 0 ? said : Runtime.getRuntime().maxMemory();
        } catch (RuntimeException | LinkageError e) {
            // Another Java VM, without such an option.
            return Runtime.getRuntime().maxMemory();
        }
    }
}
