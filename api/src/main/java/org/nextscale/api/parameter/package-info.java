/** Parameters that plugins declare about themselves; flags, help and validation are derived from them. */
@Export
@Version("1.1.0")
package org.nextscale.api.parameter;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
