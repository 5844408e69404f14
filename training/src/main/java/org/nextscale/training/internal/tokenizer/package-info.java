/** Training the tokenizer: encoder, multi-scale quantiser, decoder. */
package org.nextscale.training.internal.tokenizer;
