/** The arithmetic that takes time: products, distances, factors of matrices. */
package org.nextscale.evaluation.internal;
