/** What checks find: how far a tensor is from the reference implementation's, and whether a plugin keeps a promise. */
@Export
@Version("1.0.0")
package org.nextscale.api.verify;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
