package org.nextscale.cli.internal.fake;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.nextscale.api.evaluation.FeatureInput;
import org.nextscale.api.evaluation.FeatureNetwork;
import org.nextscale.api.evaluation.FeatureNetworkProvider;

/** Opens any file that ends with {@code .colours}: features are the mean colours, the class is always 2. */
public final class ColourNetworks implements FeatureNetworkProvider {
    /** Networks opened and not closed. */
    public static final AtomicInteger OPEN = new AtomicInteger();

    @Override
    public String id() {
        return "colours";
    }

    @Override
    public String description() {
        return "mean colours";
    }

    @Override
    public FeatureNetwork open(Path file) {
        OPEN.incrementAndGet();
        return new FeatureNetwork() {
            @Override
            public FeatureInput input() {
                return FeatureInput.of(OptionalInt.empty(), OptionalInt.empty());
            }

            @Override
            public Map<String, List<OptionalLong>> outputs() {
                return Map.of("features", List.of(OptionalLong.of(3)), "probabilities", List.of(OptionalLong.of(10)));
            }

            @Override
            public Map<String, String> properties() {
                return Map.of("nextscale.features", "colours");
            }

            @Override
            public Map<String, float[]> run(float[] images, int batch, int height, int width, Set<String> wanted) {
                float[] means = new float[3 * batch];
                float[] sure = new float[10 * batch];
                int plane = height * width;
                for (int i = 0; i < images.length; i++) {
                    means[i / plane] += images[i] / plane;
                }
                for (int i = 0; i < batch; i++) {
                    sure[10 * i + 2] = 1;
                }
                Map<String, float[]> all = new LinkedHashMap<>(Map.of("features", means, "probabilities", sure));
                all.keySet().retainAll(wanted);
                return all;
            }

            @Override
            public void close() {
                OPEN.decrementAndGet();
            }
        };
    }
}
