/** The tokenizer's convolutional encoder and decoder (VAR, section 3.2). */
package org.nextscale.backend.onnx.internal.tokenizer;
