/** The numbers: distances, scores, similarities, each by itself. */
@Export
@Version("1.0.0")
package org.nextscale.evaluation.metric;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
