/**
 * A plugin that trains: {@link org.nextscale.examples.trainer.MeanImageTrainer} is the run, step by step, {@link
 * org.nextscale.examples.trainer.MeanImages} is what is learned, {@link org.nextscale.examples.trainer.RunFolder} is where it
 * is kept.
 */
package org.nextscale.examples.trainer;
