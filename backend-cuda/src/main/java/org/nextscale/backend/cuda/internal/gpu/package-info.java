/** A GPU to compute on and the precisions it computes in. */
package org.nextscale.backend.cuda.internal.gpu;
