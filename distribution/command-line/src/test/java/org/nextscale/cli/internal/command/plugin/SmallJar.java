package org.nextscale.cli.internal.command.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** Jars as no build tool makes them. */
final class SmallJar {
    private final Manifest manifest = new Manifest();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    private SmallJar() {
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    }

    static SmallJar plain() {
        return new SmallJar();
    }

    static SmallJar bundle(String name) {
        return new SmallJar().header("Bundle-ManifestVersion", "2").header("Bundle-SymbolicName", name);
    }

    SmallJar header(String name, String value) {
        manifest.getMainAttributes().putValue(name, value);
        return this;
    }

    SmallJar with(String entry, String text) {
        return with(entry, text.getBytes(StandardCharsets.UTF_8));
    }

    SmallJar with(String entry, byte[] content) {
        entries.put(entry, content);
        return this;
    }

    SmallJar with(Class<?> type) throws IOException {
        return with(type.getName().replace('.', '/') + ".class", bytes(type));
    }

    static byte[] bytes(Class<?> type) throws IOException {
        try (InputStream in = type.getResourceAsStream(type.getName().replaceFirst(".*\\.", "") + ".class")) {
            return in.readAllBytes();
        }
    }

    Path into(Path file) throws IOException {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                jar.putNextEntry(new ZipEntry(entry.getKey()));
                jar.write(entry.getValue());
                jar.closeEntry();
            }
        }
        return file;
    }
}
