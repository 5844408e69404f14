package org.nextscale.launcher;

import java.util.List;
import java.util.function.Supplier;
import org.nextscale.launcher.program.InstalledPlugin;
import org.nextscale.launcher.program.Launch;

/** The launch of this process. */
final class ProcessLaunch implements Launch {
    private final Supplier<List<InstalledPlugin>> plugins;
    private volatile int secondsToStop;

    ProcessLaunch(Supplier<List<InstalledPlugin>> plugins) {
        this.plugins = plugins;
    }

    @Override
    public List<InstalledPlugin> plugins() {
        return plugins.get();
    }

    @Override
    public void needToStop(int seconds) {
        secondsToStop = seconds;
    }

    /** What the program asked for. */
    int secondsToStop() {
        return secondsToStop;
    }
}
