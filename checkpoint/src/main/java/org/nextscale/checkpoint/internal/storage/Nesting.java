package org.nextscale.checkpoint.internal.storage;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where among a file's tensors a tokenizer and a transformer lie, each known by the name of one tensor. What precedes that
 * name precedes all of the model's: nothing in a bare state dict, {@code module.} or {@code _orig_mod.} where PyTorch's
 * wrappers left it, the key of the dict in which a trainer keeps the state dict. Of a model and its moving average the model
 * is taken. Immutable.
 */
public final class Nesting {
    private static final int MOST_PREFIXES = 16;
    private static final Pattern AVERAGE = Pattern.compile("(?i)(^|[._])(ema|avg|average)([._]|$)");

    /** The two models that a checkpoint may hold. */
    public enum Model {
        TOKENIZER("tokenizer", "quantize.embedding.weight"),
        TRANSFORMER("transformer", "word_embed.weight");

        private final String word;
        private final String sign;

        Model(String word, String sign) {
            this.word = word;
            this.sign = sign;
        }

        /** What to call it. */
        public String word() {
            return word;
        }

        private Stream<String> prefix(String name) {
            boolean found = name.equals(sign) || name.endsWith("." + sign);
            return found ? Stream.of(name.substring(0, name.length() - sign.length())) : Stream.empty();
        }
    }

    private final Map<Model, List<String>> prefixes = new EnumMap<>(Model.class);

    private Nesting(Collection<String> names) {
        for (Model each : Model.values()) {
            prefixes.put(
                    each,
                    names.stream().flatMap(each::prefix).limit(MOST_PREFIXES).toList());
        }
    }

    /** Of a file with tensors of these names. */
    public static Nesting of(Collection<String> names) {
        return new Nesting(names);
    }

    /** What the names of a model's tensors begin with; empty if it is not there, or if there are several of which none is plain. */
    public Optional<String> prefix(Model model) {
        List<String> all = prefixes.get(model);
        if (all.size() <= 1) {
            return all.stream().findFirst();
        }
        if (all.contains("")) {
            return Optional.of("");
        }
        List<String> plain =
                all.stream().filter(each -> !AVERAGE.matcher(each).find()).toList();
        return plain.size() == 1 ? Optional.of(plain.get(0)) : Optional.empty();
    }

    /** Where several models of a kind lie of which none can be taken for the one that is meant; empty otherwise. */
    public List<String> undecided(Model model) {
        return prefix(model).isPresent()
                ? List.of()
                : prefixes.get(model).stream().map(Nesting::key).toList();
    }

    /** Where there are others of a kind than the one that is taken. */
    public List<String> leftOut(Model model) {
        Optional<String> taken = prefix(model);
        return prefixes.get(model).stream()
                .filter(each -> taken.isPresent() && !taken.get().equals(each))
                .map(Nesting::key)
                .toList();
    }

    /** Under which keys the models lie that are taken; empty for a bare state dict. */
    public List<String> keys() {
        return Stream.of(Model.values())
                .flatMap(each -> prefix(each).stream())
                .filter(each -> !each.isEmpty())
                .map(Nesting::key)
                .distinct()
                .toList();
    }

    /** Whether a tensor belongs to a model that is not left out; where there is no model, every tensor does. */
    public boolean takes(String name) {
        String nearest = null;
        List<String> taken = new ArrayList<>();
        for (Model model : Model.values()) {
            for (String each : prefixes.get(model)) {
                if (name.startsWith(each) && (nearest == null || each.length() > nearest.length())) {
                    nearest = each;
                }
            }
            taken.addAll(prefix(model).map(List::of).orElse(prefixes.get(model)));
        }
        return taken.isEmpty() || nearest != null && taken.contains(nearest);
    }

    /** A prefix without its dot, as a key is written; the outermost has none. */
    private static String key(String prefix) {
        return prefix.isEmpty() ? "no key" : prefix.substring(0, prefix.length() - 1);
    }
}
