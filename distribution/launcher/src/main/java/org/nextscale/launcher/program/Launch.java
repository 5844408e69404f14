package org.nextscale.launcher.program;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** How a program was started, and what it may ask of who started it. Thread-safe. */
@ProviderType
public interface Launch {
    /** The jars now in the plugin folders, refused ones too, sorted by file. */
    List<InstalledPlugin> plugins();

    /**
     * Asks to be waited for when the process is told to stop, longer than usual: the program knows how long putting its work
     * away takes.
     *
     * @param seconds from the signal on; 0 for as long as usual
     */
    void needToStop(int seconds);
}
