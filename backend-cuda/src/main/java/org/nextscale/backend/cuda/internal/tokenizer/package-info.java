/** The tokenizer's encoder and decoder: convolutions over maps that stay on the GPU. */
package org.nextscale.backend.cuda.internal.tokenizer;
