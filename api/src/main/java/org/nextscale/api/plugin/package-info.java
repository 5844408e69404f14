/** What all plugins have in common: an id, a description, and the parameters they declare. */
@Export
@Version("1.0.0")
package org.nextscale.api.plugin;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
