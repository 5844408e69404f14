/** The peer: a VAR model in libtorch as a PyTorch user would have it. */
package org.nextscale.benchmarks.libtorch;
