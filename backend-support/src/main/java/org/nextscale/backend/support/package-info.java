/** What backends share: the names and shapes of tensors. */
@Export
@Version("1.0.0")
package org.nextscale.backend.support;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
