/**
 * A whole backend in plain Java. {@link org.nextscale.examples.backend.PlainJavaBackendProvider} says whether it can run, and
 * {@link org.nextscale.examples.backend.PlainJavaBackend} loads the two kinds of networks:
 *
 * <ul>
 *   <li>the transformer: {@link org.nextscale.examples.backend.PlainTransformer}, its
 *       {@link org.nextscale.examples.backend.Block}s, and a {@link org.nextscale.examples.backend.Sequence} for every image that
 *       is on its way;
 *   <li>the tokenizer's encoder and decoder: {@link org.nextscale.examples.backend.PlainTokenizerNetwork}, which is a list of
 *       {@link org.nextscale.examples.backend.Layer}s over {@link org.nextscale.examples.backend.Planes}.
 * </ul>
 *
 * <p>It is made to be read. Where it is easy, work is spread over the processors by parallel streams; whoever wants more speed
 * begins at {@link org.nextscale.examples.backend.Linear} and {@link org.nextscale.examples.backend.Convolution}, where nearly
 * all time goes.
 */
package org.nextscale.examples.backend;
