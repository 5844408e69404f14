/** What every part of Nextscale shares: the exception that means "your input, not our fault". */
@Export
@Version("1.0.0")
package org.nextscale.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
