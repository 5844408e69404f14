/** ONNX Runtime behind a few owned objects: its library, sessions made from graphs, native memory, weights. */
package org.nextscale.backend.onnx.internal.runtime;
