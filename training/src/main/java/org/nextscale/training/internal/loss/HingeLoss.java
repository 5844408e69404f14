package org.nextscale.training.internal.loss;

import org.bytedeco.pytorch.Tensor;
import org.nextscale.training.internal.torch.Ops;

/** The hinge losses of an adversarial pair (Lim and Ye, 2017; VQGAN). Scores may have any shape; the losses are means. */
public final class HingeLoss {
    private HingeLoss() {}

    /** What the discriminator minimizes: half of what real images lack to 1 and what made ones exceed -1 by. */
    public static Tensor ofDiscriminator(Tensor real, Tensor fake) {
        Tensor lacking = real.neg().add(Ops.scalar(1)).relu().mean();
        Tensor exceeding = fake.add(Ops.scalar(1)).relu().mean();
        return Ops.mul(lacking.add(exceeding), 0.5);
    }

    /** What the generator minimizes: minus the score of its images. */
    public static Tensor ofGenerator(Tensor fake) {
        return fake.mean().neg();
    }
}
