/**
 * A plugin with a guidance of its own: {@link org.nextscale.examples.guidance.IntervalGuidanceProvider} tells Nextscale what it
 * is called and what it can be told, {@link org.nextscale.examples.guidance.IntervalGuidance} is the arithmetic.
 */
package org.nextscale.examples.guidance;
