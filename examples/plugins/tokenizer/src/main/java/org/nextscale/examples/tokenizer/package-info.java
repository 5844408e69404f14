/**
 * A plugin with a tokenizer of its own: {@link org.nextscale.examples.tokenizer.NearestTokenizerProvider} tells Nextscale what
 * it is called and what a model can tell it, {@link org.nextscale.examples.tokenizer.NearestTokenizer} is the algorithm.
 */
package org.nextscale.examples.tokenizer;
