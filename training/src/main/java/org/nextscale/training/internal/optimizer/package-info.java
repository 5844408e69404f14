/** AdamW, learning rates, averages. */
package org.nextscale.training.internal.optimizer;
