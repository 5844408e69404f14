package org.nextscale.cli.internal.command.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nextscale.api.InvalidInputException;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class PluginProjectTest {
    private static PluginProject project(ProjectKind kind, String id, String packageName) {
        return PluginProject.of(ProjectNames.of(kind, id, packageName), Optional.empty(), Optional.empty());
    }

    /** What is built of it is tested where there is a Maven to do it with; here it is that no old name is left. */
    @ParameterizedTest
    @EnumSource
    void everythingIsRenamed(ProjectKind kind) {
        PluginProject project = project(kind, "zz-top", "com.acme.zz");
        ProjectKind.Example example = kind.example();
        String base = "ZzTop" + example.noun();
        assertEquals(base, project.names().base());
        Pattern old =
                Pattern.compile("org.nextscale.examples|\\b" + example.stem() + example.noun() + "(Provider|Test)?\\b"
                        + "|\"" + example.id() + "[\":]|code " + example.id() + "\\}|kind().*" + example.id());
        project.files().forEach((path, text) -> {
            assertFalse(old.matcher(path + "\n" + text).find(), () -> path + "\n" + text);
            if (path.endsWith(".java")) {
                assertTrue(path.contains("/com/acme/zz/"), path);
                String type = Path.of(path).getFileName().toString().replace(".java", "");
                assertTrue(text.contains("package com.acme.zz;"), path);
                assertTrue(
                        type.equals("package-info")
                                || Pattern.compile("(class|record|interface|enum) " + type + "\\b")
                                        .matcher(text)
                                        .find(),
                        path);
            }
        });
        String services =
                "src/main/resources/META-INF/services/" + kind.kind().type().getName();
        String component = project.files().get(services).strip();
        String source = project.files().get("src/main/java/" + component.replace('.', '/') + ".java");
        assertTrue(source.contains("@Component") && source.contains("return \"zz-top\";"), source);
        String test = project.files().get("src/test/java/com/acme/zz/" + base + "Test.java");
        assertTrue(test.contains("extends ") && test.contains("Suite {") && test.contains("\"zz-top"), test);
    }

    /** What the examples keep beside a name that is a word of English, or of another file's format. */
    @Test
    void whatIsNoNameStays() {
        String sampler = project(ProjectKind.SAMPLER, "top-a", null)
                .files()
                .get("src/main/java/org/example/topa/TopASamplerProvider.java");
        assertTrue(sampler.contains("\"typical-p\"") && sampler.contains("(locally typical sampling)"), sampler);
        String exporter = project(ProjectKind.EXPORTER, "mine", null)
                .files()
                .get("src/main/java/org/example/mine/NpzExport.java");
        assertTrue(exporter.contains("\"tokenizer.npz\""), exporter);
        String backend = project(ProjectKind.BACKEND, "mine", null)
                .files()
                .get("src/main/java/org/example/mine/MineBackendProvider.java");
        assertTrue(
                backend.contains("Offers the backend {@code mine}") && backend.contains("plain Java in float32"),
                backend);
    }

    /** Files of a feature network end with its id. */
    @Test
    void whatFollowsFromTheIdFollowsIt() {
        Map<String, String> network =
                project(ProjectKind.FEATURE_NETWORK, "histogram", null).files();
        String test = network.get("src/test/java/org/example/histogram/HistogramNetworkTest.java");
        assertTrue(test.contains("\"four.histogram\"") && !test.contains(".grid"), test);
        String guidance = project(ProjectKind.GUIDANCE, "late", null)
                .files()
                .get("src/main/java/org/example/late/LateGuidanceProvider.java");
        assertTrue(guidance.contains("\"guidance late: from is \""), guidance);
    }

    @Test
    void thePomSaysWhoItIsAndWhereNextscaleIs() throws Exception {
        PluginProject project = PluginProject.of(
                ProjectNames.of(ProjectKind.SAMPLER, "top-a", "com.acme.image.samplers"),
                Optional.of("1.2.3"),
                Optional.of(URI.create("file:///opt/a&b$1/repository/")));
        Document pom = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(project.files().get("pom.xml"))));
        Map.of(
                        "groupId", "com.acme.image",
                        "artifactId", "top-a",
                        "version", "0.1.0-SNAPSHOT",
                        "name", "top-a",
                        "description", "The sampler top-a as a Nextscale plugin",
                        "nextscale.version", "1.2.3",
                        "nextscale.repository", "file:///opt/a&b$1/repository/",
                        "url", "${nextscale.repository}")
                .forEach((name, value) -> assertEquals(
                        value, pom.getElementsByTagName(name).item(0).getTextContent(), name));
        assertEquals(1, pom.getElementsByTagName("repositories").getLength());
        String bnd = pom.getElementsByTagName("bnd").item(0).getTextContent();
        assertTrue(bnd.contains("Bundle-SymbolicName: com.acme.image.samplers.topa\n"), bnd);
        assertTrue(bnd.contains("Automatic-Module-Name: com.acme.image.samplers.topa\n"), bnd);
    }

    @ParameterizedTest
    @CsvSource({
        "sampler, top-a, TopASampler, org.example.topa",
        "sampler, my-sampler, MySampler, org.example.mysampler",
        "sampler, sampler, SamplerSampler, org.example.sampler",
        "sampler, p2, P2Sampler, org.example.p2",
        "sampler, switch, SwitchSampler, org.example.switchsampler",
        // The api's own names, and those of the example's helpers, are taken.
        "sampler, token, MyTokenSampler, org.example.token",
        "tokenizer, visual, MyVisualTokenizer, org.example.visual",
        "tokenizer, normalized, MyNormalizedTokenizer, org.example.normalized",
        "exporter, model, MyModelExporter, org.example.model",
        "feature-network, feature, MyFeatureNetwork, org.example.feature",
        "image-set, image-set, ImageSetImageSet, org.example.imageset",
        // Its own names are not.
        "sampler, typical, TypicalSampler, org.example.typical"
    })
    void namesFollowFromTheId(String kind, String id, String base, String packageName) {
        ProjectNames names = project(ProjectKind.parse(kind), id, null).names();
        assertEquals(base, names.base());
        assertEquals(packageName, names.packageName());
        assertEquals(packageName, names.symbolicName());
    }

    @ParameterizedTest
    @CsvSource({
        "Top, , lower-case words joined by hyphens",
        "top_a, , lower-case words joined by hyphens",
        "-a, , lower-case words joined by hyphens",
        "a--b, , lower-case words joined by hyphens",
        "9a, , lower-case words joined by hyphens",
        "../a, , lower-case words joined by hyphens",
        "äh, , lower-case words joined by hyphens",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, , has at most 50 characters",
        "a, com..b, is not the name of a package",
        "a, com.9b, is not the name of a package",
        "a, com.new.b, new is a word of Java's own",
        "a, java.util, belongs to others",
        "a, org.nextscale.api.sampling, belongs to others"
    })
    void badNamesAreRefused(String id, String packageName, String why) {
        InvalidInputException refused =
                assertThrows(InvalidInputException.class, () -> ProjectNames.of(ProjectKind.SAMPLER, id, packageName));
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }

    @Test
    void theBestBackendIsNobodysName() {
        assertThrows(InvalidInputException.class, () -> ProjectNames.of(ProjectKind.BACKEND, "auto", null));
        assertEquals("auto", ProjectNames.of(ProjectKind.SAMPLER, "auto", null).id());
    }

    @Test
    void everyExampleIsHere() {
        TreeSet<String> words = new TreeSet<>();
        for (ProjectKind kind : ProjectKind.values()) {
            words.add(kind.word());
            assertTrue(project(kind, "x", null).files().containsKey("pom.xml"), kind.word());
        }
        assertEquals(
                "[backend, exporter, feature-network, guidance, image-set, sampler, tokenizer, trainer]",
                words.toString());
    }
}
