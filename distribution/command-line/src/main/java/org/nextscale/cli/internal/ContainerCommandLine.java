package org.nextscale.cli.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.nextscale.engine.Engine;
import org.nextscale.launcher.plugins.InstalledPlugin;
import org.nextscale.launcher.plugins.InstalledPlugins;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The command line as a service, for the launcher: takes the arguments, returns the exit code. */
@Component(service = ToIntFunction.class, property = "nextscale.command=true")
public final class ContainerCommandLine implements ToIntFunction<String[]> {
    private final Engine engine;
    private final InstalledPlugins plugins;
    private final BundleContext context;

    @Activate
    public ContainerCommandLine(
            @Reference Engine engine,
            @Reference(cardinality = ReferenceCardinality.OPTIONAL, policyOption = ReferencePolicyOption.GREEDY)
                    InstalledPlugins plugins,
            BundleContext context) {
        this.engine = engine;
        this.plugins = plugins;
        this.context = context;
    }

    @Override
    public int applyAsInt(String[] arguments) {
        return Program.run(Session.ofProcess(() -> engine, this::plugins), arguments);
    }

    private List<PluginStatus> plugins() {
        List<PluginStatus> found = new ArrayList<>();
        List<String> dropped = new ArrayList<>();
        if (plugins != null) {
            for (InstalledPlugin plugin : plugins.plugins()) {
                dropped.add(plugin.name());
                found.add(new PluginStatus(
                        plugin.name(),
                        plugin.version(),
                        plugin.state() != InstalledPlugin.State.REFUSED,
                        plugin.reason(),
                        plugin.file().toString(),
                        false));
            }
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
