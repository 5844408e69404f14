package org.nextscale.api;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The API is as {@code baseline/api.txt} describes it, line by line: every public type, what it extends, every member that somebody
 * outside can name. What is missing, or stands there in another way, breaks who was built against it; what is new must be written down
 * too, so that it is seen.
 */
class ApiBaselineTest {
    private static final Path BASELINE = Path.of("baseline", "api.txt");
    private static final String WRITE = "nextscale.baseline.write";
    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final String INDENT = "  ";

    @Test
    void theApiIsWhatTheBaselineSays() throws IOException, URISyntaxException, ClassNotFoundException {
        List<String> found = describe();
        if (Boolean.getBoolean(WRITE)) {
            Files.write(BASELINE, found);
            return;
        }
        List<String> agreed = Files.readAllLines(BASELINE);
        List<String> gone = qualified(agreed);
        gone.removeAll(qualified(found));
        List<String> added = qualified(found);
        added.removeAll(qualified(agreed));
        List<String> burdens = added.stream()
                .filter(line -> line.startsWith("consumer ") && line.contains(": public abstract "))
                .toList();
        added.removeAll(burdens);
        if (!gone.isEmpty() || !added.isEmpty() || !burdens.isEmpty()) {
            fail(report("no longer there, which breaks what was built against it", gone)
                    + report("an interface that plugins implement asks for more: give it a default", burdens)
                    + report("new", added)
                    + "If that is meant: mvn -pl api test -Dtest=ApiBaselineTest -D" + WRITE + "=true writes "
                    + BASELINE
                    + " anew; commit it with the reason, and the package's version if it was released");
        }
    }

    private static String report(String what, List<String> lines) {
        return lines.isEmpty() ? "" : what + ":\n  " + String.join("\n  ", lines) + "\n";
    }

    /** Members behind their types, so that each line says all. */
    private static List<String> qualified(List<String> lines) {
        List<String> all = new ArrayList<>();
        String type = "";
        for (String line : lines) {
            if (line.startsWith(INDENT)) {
                all.add(type + ": " + line.strip());
            } else {
                type = line.replaceFirst(" (extends|implements|permits) .*", "");
                all.add(line);
            }
        }
        return all;
    }

    private static List<String> describe() throws IOException, URISyntaxException, ClassNotFoundException {
        Path classes = Path.of(NextscaleException.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        TreeSet<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(classes)) {
            files.map(file -> classes.relativize(file)
                            .toString()
                            .replace('/', '.')
                            .replace('\\', '.'))
                    .filter(name -> name.endsWith(".class") && !name.contains("-info"))
                    .map(name -> name.substring(0, name.length() - ".class".length()))
                    .forEach(names::add);
        }
        List<String> lines = new ArrayList<>();
        String currentPackage = "";
        for (String name : names) {
            Class<?> type = Class.forName(name, false, ApiBaselineTest.class.getClassLoader());
            if (!isVisible(type)) {
                continue;
            }
            if (!type.getPackageName().equals(currentPackage)) {
                currentPackage = type.getPackageName();
                lines.add("package " + currentPackage + " " + version(currentPackage));
            }
            lines.add(heading(type));
            members(type).forEach(member -> lines.add(INDENT + member));
        }
        return lines;
    }

    private static String version(String name) throws IOException {
        String text = Files.readString(SOURCES.resolve(name.replace('.', '/')).resolve("package-info.java"));
        Matcher version = Pattern.compile("@Version\\(\"(.*?)\"\\)").matcher(text);
        return version.find() ? version.group(1) : "without a version";
    }

    private static boolean isVisible(Class<?> type) {
        return (Modifier.isPublic(type.getModifiers()) || Modifier.isProtected(type.getModifiers()))
                && (type.getEnclosingClass() == null || isVisible(type.getEnclosingClass()));
    }

    /** The annotations that say who implements it are for build tools, and not there any more at run time. */
    private static String role(Class<?> type) {
        try {
            Class<?> top = type;
            while (top.getEnclosingClass() != null) {
                top = top.getEnclosingClass();
            }
            String source = Files.readString(SOURCES.resolve(top.getName().replace('.', '/') + ".java"));
            Matcher role = Pattern.compile("@(Consumer|Provider)Type\\s+(?:@\\w+\\s+)*(?:public )?interface "
                            + type.getSimpleName() + "\\b")
                    .matcher(source);
            return role.find() ? (role.group(1).equals("Consumer") ? "consumer " : "provider ") : "";
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String heading(Class<?> type) {
        String parent = type.getGenericSuperclass() == null || type.isEnum() || type.isRecord()
                ? ""
                : " extends " + type.getGenericSuperclass().getTypeName();
        String interfaces = Arrays.stream(type.getGenericInterfaces())
                .map(each -> each.getTypeName())
                .sorted()
                .collect(Collectors.joining(", "));
        return role(type)
                + type.toGenericString()
                + parent.replace(" extends java.lang.Object", "")
                + (interfaces.isEmpty() ? "" : " implements " + interfaces);
    }

    private static List<String> members(Class<?> type) {
        List<String> all = new ArrayList<>();
        for (Constructor<?> each : type.getDeclaredConstructors()) {
            add(each, each.toGenericString(), all);
        }
        for (Field each : type.getDeclaredFields()) {
            add(each, each.toGenericString(), all);
        }
        for (Method each : type.getDeclaredMethods()) {
            add(each, each.toGenericString(), all);
        }
        String own = type.getName().replace('$', '.') + ".";
        return all.stream()
                .map(line -> line.replace(type.getName() + ".", "").replace(own, ""))
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    private static <M extends AccessibleObject & Member> void add(M member, String line, List<String> all) {
        boolean visible = Modifier.isPublic(member.getModifiers()) || Modifier.isProtected(member.getModifiers());
        if (visible && !member.isSynthetic()) {
            all.add(line);
        }
    }
}
