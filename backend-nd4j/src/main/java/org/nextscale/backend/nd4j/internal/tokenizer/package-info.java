/** The tokenizer's convolutional encoder and decoder (VAR, section 3.2; the layout is VQGAN's). */
package org.nextscale.backend.nd4j.internal.tokenizer;
