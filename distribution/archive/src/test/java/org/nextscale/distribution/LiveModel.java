package org.nextscale.distribution;

import java.util.List;
import java.util.Map;

/**
 * A model that is open in the container, as these tests see it: through types of the JDK alone, since the engine's own
 * types are those of its bundle. {@link LiveModelBundle} is what answers.
 */
interface LiveModel extends AutoCloseable {

    /** Makes one image: the id of the backend that its provenance names, and its pixels. */
    Map.Entry<String, byte[]> generate(int label, long seed);

    void switchBackend(String choice);

    /** Id of the backend it is on. */
    String backend();

    /** What its backend wants to be known, and why better ones were passed over. */
    List<String> notices();

    @Override
    void close();
}
