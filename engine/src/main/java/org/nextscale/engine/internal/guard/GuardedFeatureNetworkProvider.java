package org.nextscale.engine.internal.guard;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.nextscale.api.PluginException;
import org.nextscale.api.evaluation.FeatureInput;
import org.nextscale.api.evaluation.FeatureNetwork;
import org.nextscale.api.evaluation.FeatureNetworkProvider;

/** What opens feature networks, with failures that name it, and networks whose results are checked. */
final class GuardedFeatureNetworkProvider extends GuardedPlugin<FeatureNetworkProvider>
        implements FeatureNetworkProvider {
    GuardedFeatureNetworkProvider(Described<FeatureNetworkProvider> plugin) {
        super(plugin);
    }

    @Override
    public FeatureNetwork open(Path file) {
        return new Network(who(), PluginCalls.guarded(who(), () -> plugin().open(file)));
    }

    private record Network(String who, FeatureNetwork network) implements FeatureNetwork {
        @Override
        public FeatureInput input() {
            return PluginCalls.guarded(who, network::input);
        }

        @Override
        public Map<String, List<OptionalLong>> outputs() {
            return PluginCalls.guarded(who, network::outputs);
        }

        @Override
        public Map<String, String> properties() {
            return PluginCalls.guarded(who, network::properties);
        }

        @Override
        public Map<String, float[]> run(float[] images, int batch, int height, int width, Set<String> wanted) {
            Map<String, float[]> found =
                    PluginCalls.guarded(who, () -> network.run(images, batch, height, width, wanted));
            for (String name : wanted) {
                float[] values = found.get(name);
                if (values == null) {
                    throw new PluginException(who + " did not compute " + name);
                }
                if (values.length == 0 || values.length % batch != 0) {
                    throw new PluginException(
                            who + " returned " + values.length + " values of " + name + " for " + batch + " images");
                }
            }
            return found;
        }

        @Override
        public void close() {
            network.close();
        }
    }
}
