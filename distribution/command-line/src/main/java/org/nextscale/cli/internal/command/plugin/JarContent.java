package org.nextscale.cli.internal.command.plugin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.files.FileErrors;
import org.nextscale.files.PrintableText;

/** What can be told of a bundle without loading any of it: what would go wrong, and when. */
final class JarContent {
    private static final String SERVICES = "META-INF/services/";
    private static final String CLASS = ".class";
    private static final String API = "org.nextscale.api";
    /** With these a bundle finds classes elsewhere than in itself and in what it imports. */
    private static final List<String> OTHER_PLACES =
            List.of("DynamicImport-Package", "Require-Bundle", "Fragment-Host", "Bundle-ClassPath");

    private final Attributes manifest;
    private final List<String> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    /** Classes that are held, and those that one of them names, by the first that does. */
    private final Set<String> held = new HashSet<>();

    private final Map<String, String> named = new TreeMap<>();

    private JarContent(JarFile jar) throws IOException {
        manifest =
                jar.getManifest() == null ? new Attributes() : jar.getManifest().getMainAttributes();
        readClasses(jar);
        findComponents(jar);
        findServices(jar);
        findCopyOfApi();
        findMissing();
    }

    /** @param file a readable jar */
    static JarContent of(Path file) {
        try (JarFile jar = new JarFile(file.toFile())) {
            return new JarContent(jar);
        } catch (IOException e) {
            throw FileErrors.reading(file, e);
        }
    }

    /** Why it would not load, or not do what it is for. */
    List<String> problems() {
        return problems;
    }

    /** What its author may want to know. */
    List<String> notes() {
        return notes;
    }

    /** A header of its manifest; empty if it has none such. */
    String header(String name) {
        String value = manifest.getValue(name);
        return value == null ? "" : value.strip();
    }

    private void readClasses(JarFile jar) {
        int newest = 0;
        for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
            String name = entry.getName();
            // Classes for other versions of Java, and no class at all, are nobody's business here.
            if (!name.endsWith(CLASS) || name.startsWith("META-INF/") || name.endsWith("module-info.class")) {
                continue;
            }
            String type = name.substring(0, name.length() - CLASS.length()).replace('/', '.');
            held.add(type);
            try (InputStream in = jar.getInputStream(entry)) {
                ClassFile read = ClassFile.read(in);
                newest = Math.max(newest, read.java());
                read.classes().forEach(each -> named.putIfAbsent(each, type));
            } catch (IOException | SecurityException e) {
                problems.add("holds " + PrintableText.printable(name) + ", which cannot be read: "
                        + PrintableText.reason(e));
            }
        }
        int here = Runtime.version().feature();
        if (newest > here) {
            problems.add("needs Java " + newest + " or later, this is Java " + here);
        }
    }

    private void findComponents(JarFile jar) {
        for (String path : header("Service-Component").split(",")) {
            String entry = path.strip();
            if (!entry.isEmpty() && !entry.contains("*") && jar.getEntry(entry) == null) {
                problems.add("names the component " + entry + " in its manifest, and does not hold it");
            }
        }
    }

    private void findServices(JarFile jar) throws IOException {
        boolean any = false;
        for (PluginKind<?> kind : PluginKind.all()) {
            JarEntry entry = jar.getJarEntry(SERVICES + kind.type().getName());
            any |= entry != null;
            for (String type : entry == null ? List.<String>of() : lines(jar, entry)) {
                if (!held.contains(type)) {
                    problems.add("names " + PrintableText.printable(type) + " in " + entry.getName()
                            + ", and does not hold it: on a class path it cannot be made");
                }
            }
        }
        if (!any && !header("Service-Component").isEmpty()) {
            notes.add("offers nothing on a plain class path: it names no plugin in META-INF/services");
        }
    }

    private static List<String> lines(JarFile jar, JarEntry entry) throws IOException {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(jar.getInputStream(entry), StandardCharsets.UTF_8))) {
            return reader.lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
        }
    }

    private void findCopyOfApi() {
        held.stream().filter(type -> isOf(API, type)).sorted().findFirst().ifPresent(type -> {
            problems.add("holds a copy of the api (" + type
                    + "): with classes of its own it is no plugin; make nextscale-api provided in its pom");
        });
    }

    private void findMissing() {
        if (OTHER_PLACES.stream().anyMatch(place -> !header(place).isEmpty())) {
            return;
        }
        Set<String> imported = packages(header("Import-Package"));
        Set<String> told = new TreeSet<>();
        named.forEach((type, by) -> {
            String home = packageOf(type);
            if (!held.contains(type) && !home.startsWith("java.") && !imported.contains(home) && told.add(home)) {
                String words = "needs the class " + PrintableText.printable(type)
                        + ", which its jar neither holds nor imports: build it with bnd-maven-plugin, as examples/plugins do";
                if (isOf(API, type)) {
                    problems.add(words);
                } else {
                    notes.add("its class " + PrintableText.printable(by) + " " + words);
                }
            }
        });
    }

    private static boolean isOf(String packageName, String type) {
        return type.startsWith(packageName + ".");
    }

    private static String packageOf(String type) {
        return type.substring(0, Math.max(0, type.lastIndexOf('.')));
    }

    /** The packages in a manifest's header, without what is said of them. */
    static Set<String> packages(String header) {
        Set<String> packages = new TreeSet<>();
        // What is in quotes, ranges of versions above all, may hold commas and semicolons of its own.
        for (String clause : header.replaceAll("\"[^\"]*\"", "").split(",")) {
            for (String part : clause.split(";")) {
                if (!part.contains("=") && !part.isBlank()) {
                    packages.add(part.strip());
                }
            }
        }
        return packages;
    }
}
