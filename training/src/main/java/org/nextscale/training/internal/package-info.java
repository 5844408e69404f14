/** Training in libtorch: networks, losses, optimizers, runs. */
package org.nextscale.training.internal;
