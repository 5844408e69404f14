package org.nextscale.distribution;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.Deflater;

/** Builds small plugin jars, also such that no build tool would make. */
final class PluginJar {

    private final Manifest manifest = new Manifest();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    private PluginJar() {
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    }

    /** A jar that is not a bundle. */
    static PluginJar plain() {
        return new PluginJar();
    }

    /** An empty bundle. */
    static PluginJar bundle(String symbolicName, String version) {
        return new PluginJar()
                .header("Bundle-ManifestVersion", "2")
                .header("Bundle-SymbolicName", symbolicName)
                .header("Bundle-Version", version);
    }

    PluginJar header(String name, String value) {
        manifest.getMainAttributes().putValue(name, value);
        return this;
    }

    /** Adds a class of these tests as a component that offers one service. */
    PluginJar component(Class<?> implementation, Class<?> service) throws IOException {
        String descriptor = "OSGI-INF/" + implementation.getSimpleName() + ".xml";
        entries.put(descriptor, """
                <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="%1$s">
                  <service><provide interface="%2$s"/></service>
                  <implementation class="%1$s"/>
                </scr:component>
                """.formatted(implementation.getName(), service.getName())
                .getBytes(StandardCharsets.UTF_8));
        return withClass(implementation).header("Service-Component", descriptor);
    }

    PluginJar withClass(Class<?> type) throws IOException {
        String path = type.getName().replace('.', '/') + ".class";
        try (InputStream bytes = type.getClassLoader().getResourceAsStream(path)) {
            entries.put(path, bytes.readAllBytes());
        }
        return this;
    }

    /** The bytes of a class as if it were compiled for another Java. */
    static byte[] ofJava(Class<?> type, int java) throws IOException {
        try (InputStream in = type.getResourceAsStream(type.getSimpleName() + ".class")) {
            byte[] bytes = in.readAllBytes();
            bytes[7] = (byte) (44 + java);
            return bytes;
        }
    }

    /** Adds a file. */
    PluginJar with(String entry, byte[] content) {
        entries.put(entry, content);
        return this;
    }

    /** Writes the jar under another name and moves it into place, as a careful user would. */
    Path into(Path folder, String name) throws IOException {
        Path temporary = folder.resolve(name + ".tmp");
        try (OutputStream file = Files.newOutputStream(temporary);
                JarOutputStream jar = new JarOutputStream(file, manifest)) {
            jar.setLevel(Deflater.NO_COMPRESSION); // stand-ins for native libraries are large
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                jar.putNextEntry(new JarEntry(entry.getKey()));
                jar.write(entry.getValue());
                jar.closeEntry();
            }
        }
        return Files.move(temporary, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
}
