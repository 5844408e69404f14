package org.nextscale.cli.internal;

import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.engine.Engine;
import org.nextscale.cli.internal.session.PluginStatus;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.launcher.program.InstalledPlugin;
import org.nextscale.launcher.program.Launch;
import org.nextscale.launcher.program.LaunchedProgram;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The command line as a service, for the launcher. */
@Component(service = LaunchedProgram.class)
public final class ContainerCommandLine implements LaunchedProgram {
    private final Engine engine;
    private final BundleContext context;

    @Activate
    public ContainerCommandLine(@Reference Engine engine, BundleContext context) {
        this.engine = engine;
        this.context = context;
    }

    @Override
    public int run(String[] arguments, Launch launch) {
        return Program.run(Session.ofProcess(() -> engine, () -> plugins(launch), launch), arguments);
    }

    private List<PluginStatus> plugins(Launch launch) {
        List<PluginStatus> found = new ArrayList<>();
        List<String> dropped = new ArrayList<>();
        for (InstalledPlugin plugin : launch.plugins()) {
            dropped.add(plugin.name());
            found.add(PluginStatus.of(plugin));
        }
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getBundleId() != 0 && !dropped.contains(bundle.getSymbolicName())) {
                boolean resolved = bundle.getState() != Bundle.INSTALLED && bundle.getState() != Bundle.UNINSTALLED;
                found.add(new PluginStatus(
                        String.valueOf(bundle.getSymbolicName()),
                        bundle.getVersion().toString(),
                        resolved,
                        resolved ? "" : "is not resolved",
                        bundle.getLocation(),
                        true));
            }
        }
        return found;
    }
}
