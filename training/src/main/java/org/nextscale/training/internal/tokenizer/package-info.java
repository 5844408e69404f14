/** Training the tokenizer: encoder, multi-scale quantizer, decoder. */
package org.nextscale.training.internal.tokenizer;
