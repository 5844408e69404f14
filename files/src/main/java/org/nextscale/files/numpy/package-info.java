/** Arrays in numpy's files, {@code .npy} in {@code .npz}: read as streams, distrusted, and written. */
@Export
@Version("1.0.0")
package org.nextscale.files.numpy;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
