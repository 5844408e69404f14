/** Sources of images, files of numpy, and the arithmetic that takes time. */
package org.nextscale.evaluation.internal;
