/** JMH benchmarks of what the host computes: sampling, guidance, the quantizer, PNG files. */
package org.nextscale.benchmarks.kernels;
