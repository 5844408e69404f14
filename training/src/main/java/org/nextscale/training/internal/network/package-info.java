/** The networks of VAR as they are trained: whole sequences at once, with gradients. */
package org.nextscale.training.internal.network;
