/** Models on disk: packages, checkpoints as models, what tensors a model consists of, class names. */
@Export
@Version("1.0.0")
package org.nextscale.engine.model;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
