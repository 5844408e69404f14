/** The graphs as files: ONNX graphs with external weights, tables in safetensors, and a description of both. */
package org.nextscale.backend.onnx.internal.export;
