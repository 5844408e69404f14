/** Networks of others, from ONNX files: what images are measured with. */
package org.nextscale.backend.onnx.internal.evaluation;
