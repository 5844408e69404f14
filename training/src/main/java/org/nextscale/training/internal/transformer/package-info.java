/** Training the transformer by the published recipe. */
package org.nextscale.training.internal.transformer;
