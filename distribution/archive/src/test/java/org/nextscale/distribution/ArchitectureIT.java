package org.nextscale.distribution;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The rooms are as CONTRIBUTING.md draws them. */
class ArchitectureIT {
    private static final Path ROOT = Path.of(System.getProperty("nextscale.root"));
    private static final String OURS = "org.nextscale.";
    private static final String INTERNAL = ".internal";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.nextscale");

    /** Modules by their packages, and the modules that each may use, as the table says. */
    private final Map<String, String> modules = new LinkedHashMap<>();

    private final Map<String, Set<String>> allowed = new TreeMap<>();

    ArchitectureIT() throws IOException {
        Pattern row = Pattern.compile("\\| `([\\w/-]+)` \\| `([\\w.]+)` \\|([^|]*)\\| .*");
        for (String line : Files.readAllLines(ROOT.resolve("CONTRIBUTING.md"))) {
            Matcher cells = row.matcher(line);
            if (cells.matches()) {
                modules.put(OURS + cells.group(2), cells.group(1));
                Set<String> others =
                        new TreeSet<>(List.of(cells.group(3).strip().split("[` ]+")));
                others.remove("");
                allowed.put(cells.group(1), others);
            }
        }
    }

    private Optional<String> moduleOf(JavaClass type) {
        String name = type.getPackageName() + ".";
        return modules.keySet().stream()
                .filter(each -> name.startsWith(each + "."))
                .max((one, other) -> one.length() - other.length())
                .map(modules::get);
    }

    @Test
    void everyModuleOfTheBuildIsInTheTableOrBesideIt() throws IOException {
        Set<String> beside = Set.of(
                "distribution/archive",
                "testkit",
                "testkit/fakes",
                "testkit/cranky",
                "examples/embedding",
                "benchmarks");
        Matcher module = Pattern.compile("<module>(.*)</module>").matcher(Files.readString(ROOT.resolve("pom.xml")));
        Set<String> built = new TreeSet<>();
        while (module.find()) {
            built.add(module.group(1));
        }
        Set<String> drawn = new TreeSet<>(modules.values());
        drawn.addAll(beside);
        assertEquals(drawn, built);
    }

    @Test
    void doorsGoOneWay() {
        Map<String, Set<String>> used = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        for (JavaClass type : CLASSES) {
            String from = moduleOf(type).orElse("");
            if (from.isEmpty()) {
                continue;
            }
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass();
                String to = moduleOf(target).orElse(from);
                if (!to.equals(from)) {
                    used.computeIfAbsent(from, each -> new TreeSet<>()).add(to);
                    if (!allowed.get(from).contains(to)
                            || target.getPackageName().contains(INTERNAL)) {
                        wrong.add(type.getName() + " uses " + target.getName());
                    }
                }
            }
        }
        assertEquals(List.of(), wrong.stream().distinct().sorted().toList());
        assertEquals(modules.size(), new TreeSet<>(modules.values()).size());
        allowed.forEach((module, others) -> {
            Set<String> unused = new TreeSet<>(others);
            unused.removeAll(used.getOrDefault(module, Set.of()));
            assertEquals(Set.of(), unused, module + " does not use all that the table says");
        });
    }

    /** In Arabic, Persian or Bengali a default locale has digits of its own, and in Turkish another small I. */
    @Test
    void whatIsFormattedIsTheSameInEveryLanguage() {
        noClasses()
                .should()
                .callMethod(String.class, "format", String.class, Object[].class)
                .orShould()
                .callMethod(String.class, "formatted", Object[].class)
                .orShould()
                .callMethod(String.class, "toLowerCase")
                .orShould()
                .callMethod(String.class, "toUpperCase")
                .orShould()
                .callMethod(PrintStream.class, "printf", String.class, Object[].class)
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCircles() {
        assertTrue(CLASSES.size() > 500, "only " + CLASSES.size() + " classes were found");
        slices().matching("org.nextscale.(**)").should().beFreeOfCycles().check(CLASSES);
    }
}
