package org.nextscale.api.image;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.Condition;
import org.nextscale.api.plugin.PluginChoice;

/**
 * How an image was made: model, backend, sampler, guidance, seed and number, complete enough to make it again. A file that shows
 * several images says it once for all, and number, class and class name for each. Immutable.
 *
 * <p>This is the only place that knows the keys of the text form, which image files carry: {@link #entries} writes it,
 * {@link #parse} reads it. Whoever writes a file may add entries of his own.
 */
public final class Provenance {
    private static final String SOFTWARE = "software";
    private static final String MODEL = "model";
    private static final String FINGERPRINT = "model-fingerprint";
    private static final String BACKEND = "backend";
    private static final String DEVICE = "device";
    private static final String SEED = "seed";
    private static final String SAMPLER = "sampler";
    private static final String GUIDANCE = "guidance";
    private static final String EDIT_SOURCE = "edit-source-sha256";
    private static final String EDIT_MASK = "edit-mask-sha256";
    private static final String EDIT_FEATHER = "edit-composite-feather";
    private static final String IMAGE = "image";
    private static final String CLASS = "class";
    private static final String CLASS_NAME = "class-name";
    private static final String SOURCE = "reconstruction-of";
    private static final String GRID = "grid";
    private static final String SCALES = "scales";
    private static final String ZOOM = "zoom";
    private static final String NO_CLASS = "-1";

    /** Entries that are whole numbers, or as many as images joined by commas. */
    private static final Set<String> NUMBERS = Set.of(SEED, IMAGE, CLASS, EDIT_FEATHER, GRID, ZOOM);

    private final Map<String, String> entries;

    private Provenance(Map<String, String> entries) {
        this.entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    /** Starts with the program that makes the image: {@code "Nextscale 0.1.0"}. */
    public static Builder builder(String software) {
        return new Builder(software);
    }

    /**
     * From its text form.
     *
     * @param where it was found, for messages
     * @throws InvalidInputException if an entry is not what {@link #entries} writes
     */
    public static Provenance parse(String where, Map<String, String> entries) {
        Provenance provenance = new Provenance(entries);
        try {
            provenance.requireReadable();
        } catch (InvalidInputException | IllegalArgumentException e) {
            throw new InvalidInputException(
                    where + " is damaged: what it says of how it was made is not what Nextscale wrote ("
                            + e.getMessage() + ")",
                    e);
        }
        return provenance;
    }

    private void requireReadable() {
        seed();
        numbers();
        conditions();
        compositeFeather();
        grid();
        zoom();
        backend();
    }

    /** The text form: entries by key, in order. */
    public Map<String, String> entries() {
        return entries;
    }

    /** The same with numbers as {@link Long}s and {@link Double}s and truths as {@link Boolean}s where the key stands for one. */
    public Map<String, Object> typedEntries() {
        Map<String, Object> typed = new LinkedHashMap<>();
        entries.forEach((key, text) -> {
            boolean value = NUMBERS.contains(key)
                    || key.equals(SCALES)
                    || key.startsWith(SAMPLER + ".")
                    || key.startsWith(GUIDANCE + ".");
            typed.put(key, value ? typed(text) : text);
        });
        return typed;
    }

    private static Object typed(String text) {
        if (text.equals("true") || text.equals("false")) {
            return Boolean.parseBoolean(text);
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException notWhole) {
            try {
                return Double.parseDouble(text);
            } catch (NumberFormatException notANumber) {
                return text;
            }
        }
    }

    /** The program that made it; empty if it does not say. */
    public String software() {
        return text(SOFTWARE);
    }

    /** Name of the model. */
    public String model() {
        return text(MODEL);
    }

    /** Fingerprint of the model. */
    public String modelFingerprint() {
        return text(FINGERPRINT);
    }

    /** The backend with its options; empty for an image that no backend made. */
    public Optional<PluginChoice> backend() {
        return find(BACKEND).map(text -> PluginChoice.parse(BACKEND, text));
    }

    /** What the backend computed on, in words. */
    public String device() {
        return text(DEVICE);
    }

    public long seed() {
        return Long.parseLong(entries.getOrDefault(SEED, "0"));
    }

    /** The sampler with all its parameters; empty for an image that was not drawn. */
    public Optional<PluginChoice> sampler() {
        return choice(SAMPLER);
    }

    /** The guidance with all its parameters; empty for an image that was not drawn. */
    public Optional<PluginChoice> guidance() {
        return choice(GUIDANCE);
    }

    private Optional<PluginChoice> choice(String kind) {
        String prefix = kind + ".";
        Map<String, String> values = new TreeMap<>();
        entries.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                values.put(key.substring(prefix.length()), value);
            }
        });
        return find(kind).map(id -> PluginChoice.of(id, values));
    }

    /** Number under the seed of every image shown, in order. */
    public List<Long> numbers() {
        return list(IMAGE).stream().map(Long::parseLong).toList();
    }

    /** What every image shows, in order. */
    public List<Condition> conditions() {
        return list(CLASS).stream()
                .map(label -> label.equals(NO_CLASS) ? Condition.NONE : Condition.ofClass(Integer.parseInt(label)))
                .toList();
    }

    /** Name of the class, or of the classes joined by commas; empty where there is none. */
    public String className() {
        return text(CLASS_NAME);
    }

    /** SHA-256 of the pixels that an edit started from, as float32; empty for a plain image. */
    public Optional<String> editSource() {
        return find(EDIT_SOURCE);
    }

    /** SHA-256 of an edit's mask, as float32; empty for a plain image. */
    public Optional<String> editMask() {
        return find(EDIT_MASK);
    }

    /** The feather of an edit's composite; empty if there was none. */
    public OptionalInt compositeFeather() {
        return number(EDIT_FEATHER);
    }

    /** Columns of a file that shows images in a grid. */
    public OptionalInt grid() {
        return number(GRID);
    }

    /** Whether a file shows what its images looked like at every scale. */
    public boolean showsScales() {
        return Boolean.parseBoolean(entries.getOrDefault(SCALES, "false"));
    }

    /** How many times its pixels are enlarged in the file; 1 if they are not. */
    public int zoom() {
        return number(ZOOM).orElse(1);
    }

    /** Whether the file shows several images side by side. */
    public boolean showsSeveral() {
        return grid().isPresent() || showsScales();
    }

    /** The same, of a file that shows images in rows of so many. */
    public Provenance withGrid(int columns) {
        return with(GRID, Integer.toString(columns));
    }

    /** The same, of a file that shows what images looked like at every scale. */
    public Provenance withScales() {
        return with(SCALES, "true");
    }

    /** The same, of a file whose pixels are enlarged. */
    public Provenance withZoom(int factor) {
        return with(ZOOM, Integer.toString(factor));
    }

    private Provenance with(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(entries);
        more.put(key, value);
        return new Provenance(more);
    }

    /**
     * What is to be said of images that one file shows: what they have in common once; number, class and class name, and
     * whatever else differs, as a list joined by commas.
     */
    public static Provenance joined(List<Provenance> images) {
        if (images.size() == 1) {
            return images.get(0);
        }
        Map<String, String> shared = new LinkedHashMap<>();
        for (Provenance image : images) {
            for (String key : image.entries.keySet()) {
                shared.computeIfAbsent(key, each -> joined(each, images));
            }
        }
        return new Provenance(shared);
    }

    private static String joined(String key, List<Provenance> images) {
        String first = images.get(0).entries.get(key);
        boolean perImage = key.equals(IMAGE) || key.equals(CLASS);
        if (!perImage && images.stream().allMatch(each -> Objects.equals(each.entries.get(key), first))) {
            return first;
        }
        return images.stream().map(each -> each.text(key)).collect(Collectors.joining(","));
    }

    private Optional<String> find(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    private String text(String key) {
        return entries.getOrDefault(key, "");
    }

    private OptionalInt number(String key) {
        String text = entries.get(key);
        return text == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
    }

    private List<String> list(String key) {
        String text = text(key);
        return text.isEmpty() ? List.of() : new ArrayList<>(List.of(text.split(",", -1)));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Provenance provenance && entries.equals(provenance.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    /** A line that people and other programs read: {@code "key: value, key: value"}. */
    @Override
    public String toString() {
        return entries.entrySet().stream()
                .map(each -> each.getKey() + ": " + each.getValue())
                .collect(Collectors.joining(", "));
    }

    /** Collects what is to be said of an image, in the order it is said. For one thread. */
    public static final class Builder {
        private final Map<String, String> entries = new LinkedHashMap<>();

        private Builder(String software) {
            entries.put(SOFTWARE, software);
        }

        public Builder model(String name, String fingerprint) {
            entries.put(MODEL, name);
            entries.put(FINGERPRINT, fingerprint);
            return this;
        }

        /**
         * What computed it.
         *
         * @param choice the backend with its options, as {@link PluginChoice#parse} takes it
         * @param device in words
         */
        public Builder backend(String choice, String device) {
            entries.put(BACKEND, choice);
            entries.put(DEVICE, device);
            return this;
        }

        public Builder seed(long seed) {
            entries.put(SEED, Long.toString(seed));
            return this;
        }

        /** @param values a value for every parameter */
        public Builder sampler(String id, Map<String, Object> values) {
            return choice(SAMPLER, id, values);
        }

        /** @param values a value for every parameter */
        public Builder guidance(String id, Map<String, Object> values) {
            return choice(GUIDANCE, id, values);
        }

        private Builder choice(String kind, String id, Map<String, Object> values) {
            entries.put(kind, id);
            values.forEach((name, value) -> entries.put(kind + "." + name, value.toString()));
            return this;
        }

        /** What an edit started from and what it kept, as SHA-256 in hexadecimal. */
        public Builder edit(String sourceSha256, String maskSha256, OptionalInt compositeFeather) {
            entries.put(EDIT_SOURCE, sourceSha256);
            entries.put(EDIT_MASK, maskSha256);
            compositeFeather.ifPresent(feather -> entries.put(EDIT_FEATHER, Integer.toString(feather)));
            return this;
        }

        /** The file that a reconstruction shows. */
        public Builder reconstructionOf(String file) {
            entries.put(SOURCE, file);
            return this;
        }

        /** @param className empty for an image of no class */
        public Builder image(long number, Condition condition, Optional<String> className) {
            entries.put(IMAGE, Long.toString(number));
            entries.put(
                    CLASS,
                    condition.isNone()
                            ? NO_CLASS
                            : Integer.toString(condition.label().getAsInt()));
            className.ifPresent(name -> entries.put(CLASS_NAME, name));
            return this;
        }

        /** More can be added afterwards: what was built does not change. */
        public Provenance build() {
            return new Provenance(entries);
        }
    }
}
