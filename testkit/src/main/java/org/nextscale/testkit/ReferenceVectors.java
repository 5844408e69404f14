package org.nextscale.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * What the reference implementation computed for three small models, as folders: each has a model ({@code vae.pth},
 * {@code var.pth}, {@code config.json}) and every tensor of it at work ({@code expected.safetensors}). They are unpacked when first
 * asked for and deleted when the JVM ends. Thread-safe.
 */
public final class ReferenceVectors {
    /** The sets: AdaLN for every block; AdaLN shared by all blocks; attention without L2 norms. */
    public static final List<String> SETS = List.of("base", "shared-aln", "plain-attn");

    /** The set that also has three steps of training, and is the quickest. */
    public static final String SMALLEST = "shared-aln";

    private static final String RESOURCES = "reference-vectors/";
    private static final List<String> FILES = List.of("config.json", "vae.pth", "var.pth", "expected.safetensors");
    private static final String TRAINING = "training.safetensors";
    private static final Map<String, Path> UNPACKED = new ConcurrentHashMap<>();

    private ReferenceVectors() {}

    /** The folder of a set, which nobody may change. */
    public static Path folder(String set) {
        return UNPACKED.computeIfAbsent(set, ReferenceVectors::unpacked);
    }

    /** The folder of the {@linkplain #SMALLEST quickest set}. */
    public static Path folder() {
        return folder(SMALLEST);
    }

    private static Path unpacked(String set) {
        if (!SETS.contains(set)) {
            throw new IllegalArgumentException("there is no set " + set + "; there is " + String.join(", ", SETS));
        }
        List<String> names = new ArrayList<>(FILES);
        if (set.equals(SMALLEST)) {
            names.add(TRAINING);
        }
        try {
            // A model is called like its folder.
            Path parent = Files.createTempDirectory("nextscale-reference-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(parent)));
            Path folder = Files.createDirectory(parent.resolve(set));
            for (String name : names) {
                try (InputStream in = ReferenceVectors.class.getResourceAsStream(RESOURCES + set + "/" + name)) {
                    Files.copy(in, folder.resolve(name));
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("the reference vectors cannot be unpacked", e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            System.err.println(folder + " could not be deleted: " + e);
        }
    }
}
