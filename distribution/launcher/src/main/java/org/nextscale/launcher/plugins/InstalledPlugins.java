package org.nextscale.launcher.plugins;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The plugin folders' content. The launcher registers it as a service; there is none on a plain class path.
 * Safe for use by several threads.
 */
@ProviderType
public interface InstalledPlugins {

    /** Returns every jar now in the plugin folders, refused ones too, sorted by file. */
    List<InstalledPlugin> plugins();
}
