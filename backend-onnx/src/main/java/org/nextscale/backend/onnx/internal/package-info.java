/** The ONNX Runtime backend: what the engine sees of it. Graphs and sessions are in the packages below. */
package org.nextscale.backend.onnx.internal;
