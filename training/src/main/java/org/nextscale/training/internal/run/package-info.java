/**
 * What a run leaves on disk: its settings, checkpoints, curves and samples. Knows nothing of libtorch.
 */
package org.nextscale.training.internal.run;
