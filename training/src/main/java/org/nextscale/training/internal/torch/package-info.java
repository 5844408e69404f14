/** libtorch under the names of {@code torch.nn.functional}, and tensors that outlive a step. */
package org.nextscale.training.internal.torch;
