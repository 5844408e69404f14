/** The programs of the measured processes. */
package org.nextscale.benchmarks.subject;
