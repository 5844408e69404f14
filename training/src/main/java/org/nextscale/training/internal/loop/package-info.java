/** The loop around every kind of training: resuming, checkpoints, curves, samples, an end when the loss is no number. */
package org.nextscale.training.internal.loop;
