/** The end-to-end benchmark: processes that take turns, targets, tables, plot. */
package org.nextscale.benchmarks;
