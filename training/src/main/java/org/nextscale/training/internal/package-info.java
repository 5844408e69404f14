/** Training in libtorch: networks, losses, optimisers, runs. */
package org.nextscale.training.internal;
