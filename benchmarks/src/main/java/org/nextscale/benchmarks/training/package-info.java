/** Training steps of the product beside the same steps as the public code has PyTorch do them. */
package org.nextscale.benchmarks.training;
