package org.nextscale.engine.internal;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.sampling.GuidanceFactory;
import org.nextscale.api.sampling.TokenSamplerFactory;
import org.nextscale.api.tokenizer.VisualTokenizerFactory;

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

    /** The plugins of one kind, by id. */
    public static final class Kind<P> {
        private final String name;
        private final Map<String, P> byId = new ConcurrentHashMap<>();

        private Kind(String name) {
            this.name = name;
        }

        /** Adds a plugin; one whose id is taken is refused, and the log says so. */
        public void add(String id, P plugin) {
            P first = byId.putIfAbsent(id, plugin);
            if (first != null) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "{0} {1} is refused: {2} has that id already, offered again by {3}",
                        name,
                        id,
                        first.getClass().getName(),
                        plugin.getClass().getName());
            }
        }

        /** Removes a plugin; one that was refused takes nothing with it. */
        public void remove(String id, P plugin) {
            byId.remove(id, plugin);
        }

        /** All of them, by id. */
        public List<P> all() {
            return byId.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(Map.Entry::getValue)
                    .toList();
        }

        public Optional<P> find(String id) {
            return Optional.ofNullable(byId.get(id));
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
