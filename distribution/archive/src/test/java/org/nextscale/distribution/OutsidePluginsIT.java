package org.nextscale.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.distribution.Distribution.Outcome;

/**
 * A plugin for every extension point, built outside this build, dropped in and used, in Felix and on the class path; and beside them
 * plugins of every kind that misbehave.
 */
class OutsidePluginsIT {
    private static final Path REFERENCE =
            Path.of(System.getProperty("nextscale.root"), "reference-vectors", "shared-aln");

    @TempDir
    Path folder;

    private final List<String> lines = new ArrayList<>();

    @BeforeEach
    void dropThemIn() throws IOException {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        for (String name : Distribution.PLUGINS) {
            Path jar = Distribution.plugin(name);
            Files.copy(jar, plugins.resolve(jar.getFileName()));
        }
        Files.copy(Path.of(System.getProperty("nextscale.crankyPlugins")), plugins.resolve("cranky.jar"));
    }

    /** A line for the shell; words that name a file of the test begin with {@code @}. */
    private void line(String words) {
        lines.add(words.replace("@", folder + "/"));
    }

    private Outcome shell(String container) throws IOException, InterruptedException {
        Map<String, String> environment = Map.of(
                "NEXTSCALE_PLUGINS",
                folder.resolve("plugins").toString(),
                "NEXTSCALE_CONTAINER",
                container,
                "NEXTSCALE_BACKEND",
                "auto");
        return Distribution.runWithInput(environment, String.join("\n", lines) + "\n", "shell");
    }

    /** The small model with another tokenizer, as its configuration says. */
    private void writeModelOf(String tokenizer) throws IOException {
        Path model = Files.createDirectory(folder.resolve(tokenizer));
        for (String name : List.of("vae.pth", "var.pth")) {
            Files.copy(REFERENCE.resolve(name), model.resolve(name));
        }
        String config = Files.readString(REFERENCE.resolve("config.json"));
        Files.writeString(
                model.resolve("config.json"),
                config.replaceFirst("\\{", "{\"tokenizer_type\": \"" + tokenizer + "\","));
    }

    /** Pictures of 8 x 8 pixels one behind the other, each darker than the one before. */
    private static byte[] ppm(int count) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            file.writeBytes("P6 8 8 255\n".getBytes(StandardCharsets.US_ASCII));
            byte[] pixels = new byte[8 * 8 * 3];
            for (int p = 0; p < pixels.length; p++) {
                pixels[p] = (byte) (200 - 10 * i + p % (7 + i));
            }
            file.writeBytes(pixels);
        }
        return file.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"felix", "none"})
    void everyOneIsUsedAndTheCrankyOnesHarmNobody(String container) throws Exception {
        writeModelOf("nearest-vq");
        Files.write(folder.resolve("pictures.ppm"), ppm(12));
        Files.writeString(folder.resolve("four.grid"), "cells=2\n");
        TrainingSet.write(folder.resolve("photos"));

        line("verify --sampler typical:typical-p=0.5");
        line("verify --guidance interval:from=0.2,to=0.6");
        line("verify --tokenizer nearest-vq --model @nearest-vq");
        line("generate --class 1 --sampler typical --typical-p 0.5 --out @sampler.png");
        line("generate --class 1 --sampler cranky --mood nonsense --out @never.png");
        line("generate --class 1 --guidance interval --from 0.2 --to 0.6 --out @guidance.png");
        line("generate --class 1 --guidance cranky --mood breaks --out @never.png");
        line("generate --class 1 --model @nearest-vq --out @tokenizer.png");
        line("generate --class 1 --backend plain-java --out @backend.png");
        line("generate --class 1 --backend cranky:when=opened --out @never.png");
        line("model export --npz --out @npz");
        line("model export --cranky --out @never");
        line("train mean-image --data @photos --out @means --size 8 --steps 3 --batch 2");
        line("train mean-image --out @means --resume");
        line("train cranky --data @photos --out @never");
        line("evaluate @pictures.ppm --network @four.grid --reference @pictures.ppm --metrics fid");
        line("evaluate @pictures.ppm --network @nonsense.cranky --reference @pictures.ppm --metrics fid");
        line("plugins");
        line("generate --class 1 --out @last.png");
        Files.createFile(folder.resolve("nonsense.cranky"));

        Outcome outcome = shell(container);
        String said = outcome.toString();
        for (String made : List.of("sampler", "guidance", "tokenizer", "backend", "last")) {
            assertTrue(Files.size(folder.resolve(made + ".png")) > 0, said);
        }
        assertTrue(Files.isRegularFile(folder.resolve("npz/transformer.npz")), said);
        assertTrue(Files.isRegularFile(folder.resolve("means/run.json")), said);
        assertEquals(
                2,
                outcome.out()
                        .lines()
                        .filter(text -> text.contains("/means: mean-image"))
                        .count(),
                said);
        assertTrue(Files.notExists(folder.resolve("never.png")) && Files.notExists(folder.resolve("never")), said);
        for (String kept : List.of(
                "promises are kept by sampler typical",
                "promises are kept by guidance interval",
                "promises are kept by tokenizer nearest-vq",
                "REFUSED  sampler")) {
            assertTrue(outcome.out().contains(kept), () -> kept + " in " + said);
        }
        List<String> failures = outcome.err()
                .lines()
                .filter(text -> text.startsWith("nextscale: ") && text.contains("cranky"))
                .filter(text -> !text.contains("is refused") && !text.contains("failed to look at"))
                .toList();
        assertEquals(6, failures.size(), said);
        assertTrue(outcome.err().lines().noneMatch(text -> text.startsWith("\tat ")), said);
        for (String who : List.of("sampler", "guidance", "backend", "exporter", "trainer", "feature network")) {
            assertTrue(failures.stream().anyMatch(text -> text.contains(who + " cranky")), () -> who + " in " + said);
        }
    }

    /** Every reference set, tokens equal, on a backend that was written against the api. */
    @Test
    void theStrangersBackendComputesWhatTheReferenceComputes() throws Exception {
        line("verify " + REFERENCE + " --backend plain-java");
        Outcome outcome = shell("felix");
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertTrue(outcome.out().contains(" tensors hold"), outcome::toString);
    }
}
