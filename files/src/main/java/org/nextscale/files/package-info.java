/** Files and folders that appear whole or not at all, digests, and words about files for messages. */
@Export
@Version("1.0.0")
package org.nextscale.files;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
