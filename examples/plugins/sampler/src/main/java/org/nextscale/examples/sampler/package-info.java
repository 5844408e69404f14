/**
 * A plugin with a sampler of its own: {@link org.nextscale.examples.sampler.TypicalSamplerProvider} tells Nextscale what
 * it is called and what it can be told, {@link org.nextscale.examples.sampler.TypicalSampler} is the algorithm.
 */
package org.nextscale.examples.sampler;
