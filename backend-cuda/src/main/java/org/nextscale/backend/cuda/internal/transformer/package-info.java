/** The scale-wise transformer: its weights and buffers on a GPU, and the kernels of a scale put on a stream. */
package org.nextscale.backend.cuda.internal.transformer;
