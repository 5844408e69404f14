/** What is said about the tensors of a file: their names and types, where values come from, how far writing is. */
@Export
@Version("1.0.0")
package org.nextscale.checkpoint.tensor;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
