/** The scale-wise transformer (VAR, section 3.3): its graphs, its key/value cache and its generations. */
package org.nextscale.backend.onnx.internal.transformer;
