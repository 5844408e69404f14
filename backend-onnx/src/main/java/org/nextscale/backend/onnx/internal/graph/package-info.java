/** Writes ONNX models: nodes, attributes and declared weights become the bytes that a session is made from. */
package org.nextscale.backend.onnx.internal.graph;
