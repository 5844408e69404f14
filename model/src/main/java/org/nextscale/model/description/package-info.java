/** What is known of a model besides its weights: its manifest, its configuration, its classes. */
@Export
@Version("1.0.0")
package org.nextscale.model.description;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
