/** Files of named tensors: reads PyTorch checkpoints and safetensors, writes both. */
@Export
@Version("1.0.0")
package org.nextscale.checkpoint;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
