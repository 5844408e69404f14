package org.nextscale.training.internal.data;

/** Which images are seen at which step, and how. A pure function of the step: nothing to save, nothing to replay. Thread-safe. */
public interface Order {

    /** How many steps there are; {@link Long#MAX_VALUE} if it never ends. */
    long steps();

    /**
     * Images of a step.
     *
     * @param step from 0
     */
    int[] indices(long step);

    /**
     * How an image of the step is looked at.
     *
     * @param position its place in the batch
     */
    View view(long step, int position);

    /** All images from first to last in one view; the last batch may be smaller. */
    static Order sequential(int images, int batch, View view) {
        return new Order() {
            @Override
            public long steps() {
                return (images + batch - 1L) / batch;
            }

            @Override
            public int[] indices(long step) {
                int first = Math.toIntExact(step * batch);
                int[] indices = new int[Math.min(batch, images - first)];
                for (int i = 0; i < indices.length; i++) {
                    indices[i] = first + i;
                }
                return indices;
            }

            @Override
            public View view(long step, int position) {
                return view;
            }
        };
    }
}
