/** The conformance check: what a backend computes against what the reference implementation computed. */
@Export
@Version("1.0.0")
package org.nextscale.engine.verify;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
