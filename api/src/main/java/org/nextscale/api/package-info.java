/** What every part of Nextscale shares: exceptions that say whose fault it was, the input or a plugin. */
@Export
@Version("1.0.0")
package org.nextscale.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
