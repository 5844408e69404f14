package org.nextscale.cli.internal.session;

import org.nextscale.launcher.program.InstalledPlugin;

/**
 * A bundle or jar that was found.
 *
 * @param version empty where it has none
 * @param active whether it is in use
 * @param reason why not, or what it is in use for; may be empty
 * @param file where it lies
 * @param builtIn whether it is a part of Nextscale rather than a plugin somebody added
 */
public record PluginStatus(String name, String version, boolean active, String reason, String file, boolean builtIn) {
    /** A jar of a plugin folder. */
    public static PluginStatus of(InstalledPlugin plugin) {
        return new PluginStatus(
                plugin.name(),
                plugin.version(),
                plugin.state() != InstalledPlugin.State.REFUSED,
                plugin.reason(),
                plugin.file().toString(),
                false);
    }
}
