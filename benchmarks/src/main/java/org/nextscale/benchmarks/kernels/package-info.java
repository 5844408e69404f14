/** JMH benchmarks of what the host computes: sampling, guidance, the quantiser, PNG files. */
package org.nextscale.benchmarks.kernels;
