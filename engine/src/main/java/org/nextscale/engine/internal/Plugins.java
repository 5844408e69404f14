package org.nextscale.engine.internal;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.evaluation.FeatureNetworkProvider;
import org.nextscale.api.export.ModelExporter;
import org.nextscale.api.sampling.GuidanceFactory;
import org.nextscale.api.sampling.TokenSamplerFactory;
import org.nextscale.api.tokenizer.VisualTokenizerFactory;
import org.nextscale.api.training.Trainer;
import org.nextscale.api.training.TrainingVectors;

/**
 * What is plugged in right now. The container (or the class path) adds and removes; requests look up by id. Thread-safe: a
 * request keeps what it looked up, whatever comes or goes meanwhile.
 */
public final class Plugins {
    private static final System.Logger LOG = System.getLogger(Plugins.class.getName());

    private final Kind<BackendProvider> backends = new Kind<>("backend");
    private final Kind<TokenSamplerFactory> samplers = new Kind<>("sampler");
    private final Kind<GuidanceFactory> guidances = new Kind<>("guidance");
    private final Kind<VisualTokenizerFactory> tokenizers = new Kind<>("tokenizer");
    private final Kind<FeatureNetworkProvider> featureNetworks = new Kind<>("feature network");
    private final Kind<ModelExporter> exporters = new Kind<>("exporter");
    private final Kind<Trainer> trainers = new Kind<>("trainer");
    private final Kind<TrainingVectors> trainingVectors = new Kind<>("training vectors");

    public Kind<BackendProvider> backends() {
        return backends;
    }

    public Kind<TokenSamplerFactory> samplers() {
        return samplers;
    }

    public Kind<GuidanceFactory> guidances() {
        return guidances;
    }

    public Kind<VisualTokenizerFactory> tokenizers() {
        return tokenizers;
    }

    public Kind<FeatureNetworkProvider> featureNetworks() {
        return featureNetworks;
    }

    public Kind<ModelExporter> exporters() {
        return exporters;
    }

    public Kind<Trainer> trainers() {
        return trainers;
    }

    /** By class name: they have no id of their own, and one is enough. */
    public Kind<TrainingVectors> trainingVectors() {
        return trainingVectors;
    }

    /** The plugins of one kind, by id. */
    public static final class Kind<P> {
        private final String name;
        private final Map<String, Entry<P>> byId = new ConcurrentHashMap<>();

        private record Entry<P>(P plugin, String version) {}

        private Kind(String name) {
            this.name = name;
        }

        /** Adds a plugin of the version that its jar says; see {@link #add(String, Object, String)}. */
        public void add(String id, P plugin) {
            String version = plugin.getClass().getPackage().getImplementationVersion();
            add(id, plugin, version == null ? "" : version);
        }

        /** Adds a plugin; one whose id is taken is refused, and the log says so. */
        public void add(String id, P plugin, String version) {
            Entry<P> first = byId.putIfAbsent(id, new Entry<>(plugin, version));
            if (first != null) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "{0} {1} is refused: {2} has that id already, offered again by {3}",
                        name,
                        id,
                        first.plugin.getClass().getName(),
                        plugin.getClass().getName());
            }
        }

        /** Removes a plugin; one that was refused takes nothing with it. */
        public void remove(String id, P plugin) {
            byId.computeIfPresent(id, (key, entry) -> entry.plugin == plugin ? null : entry);
        }

        /** All of them, by id. */
        public List<P> all() {
            return byId.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(entry -> entry.getValue().plugin)
                    .toList();
        }

        public Optional<P> find(String id) {
            return Optional.ofNullable(byId.get(id)).map(Entry::plugin);
        }

        /** Version of the plugin of this id; empty where it says none, or has gone. */
        public String version(String id) {
            Entry<P> entry = byId.get(id);
            return entry == null ? "" : entry.version;
        }

        /** The plugin of this id; {@link InvalidInputException} lists what there is otherwise. */
        public P get(String id) {
            return find(id).orElseThrow(() -> new InvalidInputException("there is no " + name + " '" + id + "'; "
                    + (byId.isEmpty()
                            ? "none is plugged in"
                            : "there is "
                                    + byId.keySet().stream()
                                            .sorted(Comparator.naturalOrder())
                                            .collect(Collectors.joining(", ")))));
        }
    }
}
