/**
 * What training learns from: sets of images, the order in which they are seen, and their tokens on disk. Knows nothing of
 * libtorch.
 */
package org.nextscale.training.internal.data;
