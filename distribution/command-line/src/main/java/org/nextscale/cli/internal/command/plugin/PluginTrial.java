package org.nextscale.cli.internal.command.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.engine.RefusedPlugin;
import org.nextscale.launcher.program.Refusal;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.hooks.bundle.CollisionHook;

/**
 * A plugin started in the container, as if it had been dropped in, looked at, and removed again. A plugin of the same symbolic name
 * that was dropped in before makes room for it meanwhile, as it would if its jar were replaced.
 *
 * @param offered what the engine took
 * @param problems why something is not taken, in lines that read on from the jar's name
 */
record PluginTrial(List<PluginInfo<?>> offered, List<String> problems) {
    /** Bundles of the installation are read where they lie. */
    private static final String BUILT_IN = "reference:";

    /** Where bundles can be tried; empty outside of a container. */
    static Optional<BundleContext> container() {
        return Optional.ofNullable(FrameworkUtil.getBundle(PluginTrial.class)).map(Bundle::getBundleContext);
    }

    static PluginTrial of(Path file, String symbolicName, BundleContext context, Engine engine) {
        List<Bundle> earlier = Arrays.stream(context.getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName())
                        && bundle.getBundleId() != 0
                        && !bundle.getLocation().startsWith(BUILT_IN))
                .toList();
        CollisionHook besideEarlier = (operation, target, collisions) -> collisions.removeAll(earlier);
        ServiceRegistration<CollisionHook> hook = context.registerService(CollisionHook.class, besideEarlier, null);
        List<Bundle> stopped = new ArrayList<>();
        try {
            for (Bundle bundle : earlier) {
                if (bundle.getState() == Bundle.ACTIVE) {
                    bundle.stop(Bundle.STOP_TRANSIENT);
                    stopped.add(bundle);
                }
            }
            return started(file, context, engine);
        } catch (BundleException e) {
            return refused("cannot be tried: the one that is plugged in does not stop: " + e.getMessage());
        } finally {
            hook.unregister();
            stopped.forEach(PluginTrial::startAgain);
        }
    }

    private static void startAgain(Bundle bundle) {
        try {
            bundle.start(Bundle.START_TRANSIENT);
        } catch (BundleException e) {
            // It ran a moment ago. What keeps it from running now, the list of plugins shows.
        }
    }

    private static PluginTrial started(Path file, BundleContext context, Engine engine) {
        List<PluginInfo<?>> before = plugins(engine);
        List<RefusedPlugin> refusedBefore = engine.refusedPlugins();
        Bundle bundle;
        try (InputStream jar = Files.newInputStream(file)) {
            bundle = context.installBundle("check:" + file.toUri(), jar);
        } catch (IOException | BundleException e) {
            return refused(Refusal.ofFile(file, e));
        }
        try {
            bundle.start(Bundle.START_TRANSIENT);
            List<PluginInfo<?>> offered = plugins(engine).stream()
                    .filter(each -> before.stream().noneMatch(old -> old.label().equals(each.label())))
                    .toList();
            List<String> problems = new ArrayList<>();
            for (RefusedPlugin each : engine.refusedPlugins()) {
                if (!refusedBefore.contains(each)) {
                    problems.add(each.kind() + " " + each.origin() + " " + each.reason());
                }
            }
            if (offered.isEmpty() && problems.isEmpty()) {
                String idle = Refusal.ofIdle(bundle);
                problems.add(
                        idle.isEmpty()
                                ? "offers nothing: none of its components is a plugin, or they wait for what is not here"
                                : idle);
            }
            return new PluginTrial(offered, problems);
        } catch (BundleException e) {
            return refused(Refusal.of(bundle, e, context));
        } catch (RuntimeException | LinkageError e) {
            return refused("fails: " + e);
        } finally {
            uninstall(bundle);
        }
    }

    private static void uninstall(Bundle bundle) {
        try {
            bundle.uninstall();
        } catch (BundleException e) {
            // It does not go quietly, and goes all the same.
        }
    }

    private static List<PluginInfo<?>> plugins(Engine engine) {
        return PluginKind.all().stream()
                .<PluginInfo<?>>flatMap(kind -> engine.plugins(kind).stream())
                .toList();
    }

    private static PluginTrial refused(String why) {
        return new PluginTrial(List.of(), List.of(why));
    }
}
