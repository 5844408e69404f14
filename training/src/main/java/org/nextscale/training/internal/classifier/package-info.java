/** Training a small classifier, whose features measure images where Inception's say little. */
package org.nextscale.training.internal.classifier;
