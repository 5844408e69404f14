package org.nextscale.cli.internal.command.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.nextscale.cli.internal.fake.QuirkySamplerProvider;

class JarContentTest {
    private static final String IMPORTS = "org.nextscale.api.model;version=\"[1,2)\","
            + "org.nextscale.api.plugin;resolution:=optional;version=\"[1,2)\",org.nextscale.api.sampling;org.nextscale.api.random";

    @TempDir
    Path folder;

    private JarContent content(SmallJar jar) throws IOException {
        return JarContent.of(jar.into(folder.resolve("x.jar")));
    }

    private static SmallJar quirky() throws IOException {
        return SmallJar.bundle("org.example.quirky").with(QuirkySamplerProvider.class);
    }

    @Test
    void aGoodJarHasNoProblems() throws IOException {
        JarContent content = content(quirky().header("Import-Package", IMPORTS));
        assertEquals(List.of(), content.problems());
        assertEquals(List.of(), content.notes());
        assertEquals("org.example.quirky", content.header("Bundle-SymbolicName"));
    }

    @Test
    void aPackageOfTheApiThatIsNotImportedIsAProblem() throws IOException {
        List<String> problems = content(
                        quirky().header("Import-Package", IMPORTS.replace("org.nextscale.api.sampling;", "")))
                .problems();
        assertEquals(1, problems.size(), problems::toString);
        assertTrue(
                problems.get(0)
                        .matches(
                                "needs the class org\\.nextscale\\.api\\.sampling\\.\\w+, which its jar neither holds nor"
                                        + " imports: build it with bnd-maven-plugin, as examples/plugins do"),
                problems.get(0));
        // Whoever finds classes at run time may find these.
        assertEquals(
                List.of(),
                content(quirky().header("DynamicImport-Package", "*")).problems());
    }

    @Test
    void anotherPackageThatIsNotImportedIsWorthKnowing() throws IOException {
        JarContent content = content(SmallJar.bundle("x").with(PluginCommandsTest.class));
        assertEquals(List.of(), content.problems());
        assertTrue(
                content.notes().stream()
                        .anyMatch(note -> note.startsWith("its class " + PluginCommandsTest.class.getName()
                                + " needs the class org.junit.jupiter.api.")),
                content.notes().toString());
    }

    @Test
    void aNewerJavaIsAProblem() throws IOException {
        byte[] bytes = SmallJar.bytes(QuirkySamplerProvider.class);
        bytes[7] = (byte) (44 + 99);
        List<String> problems = content(SmallJar.bundle("x")
                        .header("Import-Package", IMPORTS)
                        .with("org/example/Newer.class", bytes)
                        .with("META-INF/versions/99/org/example/Newest.class", bytes))
                .problems();
        assertEquals(
                List.of("needs Java 99 or later, this is Java "
                        + Runtime.version().feature()),
                problems);
    }

    @Test
    void servicesAndComponentsThatAreNotThereAreProblems() throws IOException {
        String services = "META-INF/services/" + TokenSamplerProvider.class.getName();
        List<String> problems = content(quirky().header("Import-Package", IMPORTS)
                        .header("Service-Component", "OSGI-INF/a.xml, OSGI-INF/b*.xml")
                        .with(
                                services,
                                "# ours\n" + QuirkySamplerProvider.class.getName() + "\norg.example.Gone # soon\n"))
                .problems();
        assertEquals(
                List.of(
                        "names the component OSGI-INF/a.xml in its manifest, and does not hold it",
                        "names org.example.Gone in " + services
                                + ", and does not hold it: on a class path it cannot be made"),
                problems);
    }

    @Test
    void aComponentThatIsNoServiceIsWorthKnowing() throws IOException {
        JarContent content = content(quirky().header("Import-Package", IMPORTS)
                .header("Service-Component", "OSGI-INF/a.xml")
                .with("OSGI-INF/a.xml", "<x/>"));
        assertEquals(
                List.of("offers nothing on a plain class path: it names no plugin in META-INF/services"),
                content.notes());
    }

    @Test
    void aCopyOfTheApiIsAProblem() throws IOException {
        List<String> problems = content(
                        quirky().header("Import-Package", IMPORTS).with(TokenSampler.class))
                .problems();
        assertTrue(
                problems.get(0).startsWith("holds a copy of the api (org.nextscale.api.sampling.TokenSampler)"),
                problems.toString());
    }

    @Test
    void whatIsNoClassFileIsOneProblem() throws IOException {
        List<String> problems = content(SmallJar.bundle("x").with("org/example/X.class", "text"))
                .problems();
        assertEquals(
                List.of("holds org/example/X.class, which cannot be read: IOException: is no class file"), problems);
    }

    /** The compiler copies the value and leaves a name behind that nothing is looked up by. */
    static final class CopiesConstant {
        float value() {
            return Copied.HALF;
        }
    }

    interface Copied {
        float HALF = 0.5f;
    }

    @Test
    void onlyClassesThatAreUsedCount() throws IOException {
        byte[] bytes = SmallJar.bytes(CopiesConstant.class);
        assertEquals(
                Set.of("java.lang.Object"),
                ClassFile.read(new ByteArrayInputStream(bytes)).classes());
        assertTrue(new String(bytes, StandardCharsets.ISO_8859_1).contains("Copied"));
    }

    @Test
    void headersAreReadAsPackages() {
        assertEquals(
                Set.of("a.b", "c", "d"),
                JarContent.packages("a.b;version=\"[1,2)\";x:=\"p,q;r\", c;d;resolution:=optional"));
        assertEquals(Set.of(), JarContent.packages(""));
    }

    @Test
    void aClassFileThatClaimsMoreThanItHoldsIsNotRead() throws IOException {
        byte[] whole = SmallJar.bytes(JarContent.class);
        assertThrows(IOException.class, () -> ClassFile.read(new ByteArrayInputStream(whole, 0, 200)));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0xcafebabe);
        out.writeInt(61);
        out.writeShort(65_535);
        String longest = "x".repeat(65_535);
        for (int i = 0; i < 200; i++) {
            out.writeByte(1);
            out.writeUTF(longest);
        }
        IOException refused =
                assertThrows(IOException.class, () -> ClassFile.read(new ByteArrayInputStream(bytes.toByteArray())));
        assertEquals("is larger than any class file", refused.getMessage());
    }
}
