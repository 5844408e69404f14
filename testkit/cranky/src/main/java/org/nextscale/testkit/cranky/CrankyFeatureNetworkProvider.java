package org.nextscale.testkit.cranky;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.nextscale.api.evaluation.FeatureInput;
import org.nextscale.api.evaluation.FeatureNetwork;
import org.nextscale.api.evaluation.FeatureNetworkProvider;
import org.nextscale.api.plugin.Parameter;
import org.osgi.service.component.annotations.Component;

/** Opens {@code throws.cranky}, {@code nonsense.cranky} …: the file's name is its mood. Its nonsense is a result of another name. */
@Component(service = FeatureNetworkProvider.class)
public final class CrankyFeatureNetworkProvider implements CrankyPlugin, FeatureNetworkProvider {
    private static final String FEATURES = "features";

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }

    @Override
    public FeatureNetwork open(Path file) {
        Mood mood = Mood.of(file.getFileName().toString());
        return mood == Mood.NULL ? null : new CrankyNetwork(mood);
    }

    private record CrankyNetwork(Mood mood) implements FeatureNetwork {
        @Override
        public FeatureInput input() {
            return FeatureInput.of(OptionalInt.empty(), OptionalInt.empty());
        }

        @Override
        public Map<String, List<OptionalLong>> outputs() {
            return Map.of(FEATURES, List.of(OptionalLong.of(1)));
        }

        @Override
        public Map<String, String> properties() {
            return Map.of();
        }

        @Override
        public Map<String, float[]> run(float[] images, int batch, int height, int width, Set<String> wanted) {
            mood.act();
            return Map.of(mood == Mood.NONSENSE ? "something else" : FEATURES, new float[batch]);
        }

        @Override
        public void close() {}
    }
}
