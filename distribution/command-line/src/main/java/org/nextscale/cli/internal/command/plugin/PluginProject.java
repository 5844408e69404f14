package org.nextscale.cli.internal.command.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.files.FileErrors;
import org.nextscale.files.StagedFolder;

/**
 * A project for a plugin: the example of its kind, which the build of Nextscale builds and tests, with other names. What the plugin
 * does stays what the example does.
 */
final class PluginProject {
    private static final String TEMPLATES = "plugin-templates.zip";

    private static final String PROPERTY = """
                <!-- Where Nextscale is installed; another place: -Dnextscale.repository=file:///opt/nextscale/repository -->
                <nextscale.repository>%s</nextscale.repository>\
            """;

    /** A folder on this machine has no checksums. */
    private static final String REPOSITORY = """
              <repositories>
                <repository>
                  <id>nextscale</id>
                  <url>${nextscale.repository}</url>
                  <releases>
                    <checksumPolicy>ignore</checksumPolicy>
                  </releases>
                  <snapshots>
                    <checksumPolicy>ignore</checksumPolicy>
                  </snapshots>
                </repository>
              </repositories>
            """;

    private final ProjectNames names;
    /** Contents by path, as they will be written. */
    private final Map<String, String> files;

    private PluginProject(ProjectNames names, Map<String, String> files) {
        this.names = names;
        this.files = files;
    }

    /**
     * Renames the example.
     *
     * @param version of Nextscale that it is built against; empty for the example's
     * @param repository where Maven finds that version; empty for where it finds everything
     */
    static PluginProject of(ProjectNames wanted, Optional<String> version, Optional<URI> repository) {
        Map<String, String> example = example(wanted.kind());
        ProjectNames names = isTaken(wanted, example) ? wanted.withStem("My" + wanted.stem()) : wanted;
        Map<String, String> files = new TreeMap<>();
        example.forEach((path, text) -> {
            String content = path.equals("pom.xml") ? pom(text, names, version, repository) : renamed(text, names);
            files.put(renamed(path, names), content);
        });
        return new PluginProject(names, files);
    }

    /** What it is called in the end. */
    ProjectNames names() {
        return names;
    }

    /** Contents by path. */
    Map<String, String> files() {
        return files;
    }

    /** Writes it into a folder that is not there yet, or empty: all of it or nothing. */
    void write(Path folder) {
        requireEmpty(folder);
        try (StagedFolder staged = StagedFolder.of(folder, "a plugin's project", false, Set.of())) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = staged.path().resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
            staged.commit();
        } catch (IOException e) {
            throw FileErrors.writing(folder, e);
        }
    }

    private static void requireEmpty(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            if (entries.findAny().isPresent()) {
                throw new InvalidInputException(
                        folder + ": is not empty, and nothing is written over; choose another folder with --out");
            }
        } catch (IOException e) {
            throw FileErrors.reading(folder, e);
        }
    }

    private static Map<String, String> example(ProjectKind kind) {
        String folder = kind.word() + "/";
        Map<String, String> files = new TreeMap<>();
        try (InputStream resource = PluginProject.class.getResourceAsStream(TEMPLATES);
                ZipInputStream zip = new ZipInputStream(resource)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (!entry.isDirectory() && entry.getName().startsWith(folder)) {
                    files.put(
                            entry.getName().substring(folder.length()),
                            new String(zip.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the projects to begin with cannot be read: " + e.getMessage(), e);
        }
        return files;
    }

    /** Whether the example uses a class that would be called the same: one of the api's, or one of its own helpers. */
    private static boolean isTaken(ProjectNames names, Map<String, String> example) {
        Pattern own = Pattern.compile("\\b" + oldBase(names) + "(Provider|Test)?\\b");
        Pattern wanted = Pattern.compile("\\b" + names.base() + "(Provider|Test)?\\b");
        return example.values().stream()
                .anyMatch(
                        text -> wanted.matcher(own.matcher(text).replaceAll("")).find());
    }

    private static String oldBase(ProjectNames names) {
        return names.kind().example().stem() + names.kind().example().noun();
    }

    /** A text or a path of the example, in the new names. */
    private static String renamed(String text, ProjectNames names) {
        String oldPackage = names.kind().examplePackage();
        ProjectKind.Example example = names.kind().example();
        String renamed = text.replace(oldPackage, names.packageName())
                .replace(oldPackage.replace('.', '/'), names.packageName().replace('.', '/'))
                .replaceAll("\\b" + oldBase(names) + "(?=Provider\\b|Test\\b|\\b)", names.base());
        String quoted = Pattern.quote(example.id());
        renamed = renamed.replaceAll("(\"|\\{@code )" + quoted + "(?=[\":}])", "$1" + names.id());
        for (String place : example.places()) {
            renamed = renamed.replace(place, place.replace(example.id(), names.id()));
        }
        return renamed;
    }

    private static String pom(String text, ProjectNames names, Optional<String> version, Optional<URI> repository) {
        String pom = text.replaceFirst("(?s)<!--.*?-->", Matcher.quoteReplacement("""
                <!-- A plugin for Nextscale: "mvn package" builds it and tests what its interface promises. -->"""));
        pom = element(pom, "groupId", names.groupId());
        pom = element(pom, "artifactId", names.id());
        pom = element(pom, "version", ProjectNames.VERSION);
        pom = element(pom, "name", names.id());
        pom = element(pom, "description", "The " + names.kind().kind() + " " + names.id() + " as a Nextscale plugin");
        if (version.isPresent()) {
            pom = element(pom, "nextscale.version", version.get());
        }
        pom = pom.replace("Name: " + names.kind().examplePackage(), "Name: " + names.symbolicName());
        return repository.isPresent() ? withRepository(pom, repository.get()) : pom;
    }

    private static String withRepository(String pom, URI repository) {
        String place = repository.toString().replace("&", "&amp;");
        return pom.replaceFirst(
                        "\\R  </properties>", Matcher.quoteReplacement("\n" + PROPERTY.replace("%s", place)) + "$0")
                .replaceFirst("\\R  <dependencies>", Matcher.quoteReplacement("\n" + REPOSITORY) + "$0");
    }

    /** Replaces the text of the first element of a name. */
    private static String element(String pom, String name, String value) {
        return pom.replaceFirst(
                "<" + Pattern.quote(name) + ">[^<]*<", Matcher.quoteReplacement("<" + name + ">" + value + "<"));
    }
}
