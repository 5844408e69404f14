/** How far what one backend makes is from what another makes: tokens, images, a classifier's decisions, logits. */
package org.nextscale.benchmarks.quality;
