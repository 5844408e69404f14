package org.nextscale.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.api.tokenizer.FeatureAccumulator;
import org.nextscale.api.tokenizer.QuantizerTables;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.api.tokenizer.VisualTokenizerProvider;
import org.nextscale.testkit.fake.PlainFeatures;

/** What every {@link VisualTokenizerProvider} must do, in a model whose tokenizer it makes. */
public abstract class TokenizerSuite extends PluginSuite<VisualTokenizerProvider> {
    /** Float32 sums in another order. */
    private static final float ROUNDING = 1e-5f;

    @TempDir
    Path folder;

    protected TokenizerSuite() {
        super(PluginKind.TOKENIZER);
    }

    /**
     * A model whose tokenizer is of the plugin's type, and tells it what {@link #plugin} says. Without more ado it is a small one
     * with the tensors of VAR's tokenizer; a type that needs others makes its own.
     *
     * @param empty to make it in
     */
    protected Path model(Path empty) throws IOException {
        Path model = Files.createDirectory(empty.resolve("model"));
        Path source = ReferenceVectors.folder();
        for (String name : List.of("vae.pth", "var.pth")) {
            Files.copy(source.resolve(name), model.resolve(name));
        }
        String config = Files.readString(source.resolve("config.json"));
        String told = choice().values().entrySet().stream()
                .map(each -> "\"" + each.getKey() + "\": \"" + each.getValue() + "\"")
                .collect(Collectors.joining(", "));
        String tokenizer =
                "{\n  \"tokenizer_type\": \"" + choice().id() + "\",\n  \"tokenizer_parameters\": {" + told + "},";
        Files.writeString(
                model.resolve("config.json"), config.replaceFirst("\\{", Matcher.quoteReplacement(tokenizer)));
        return model;
    }

    @TestFactory
    final Stream<DynamicTest> itKeepsItsPromises() throws IOException {
        return PromiseTests.of(
                engine(), PluginKind.TOKENIZER, PluginChoice.of(choice().id()), Optional.of(model(folder)));
    }

    @Test
    final void imagesAreMadeWithIt() throws IOException {
        try (ImageGenerator generator = StandInBackend.open(engine(), model(folder))) {
            TokenizerSpec spec = generator.model().spec().tokenizer();
            assertEquals(choice(), PluginChoice.of(spec.type(), spec.parameters()));
            GenerationRequest request = GenerationRequest.of(1, 2, 3).withSeed(4);
            List<GeneratedImage> together = generator.generate(request.withBatch(3));
            List<GeneratedImage> alone = generator.generate(request.withBatch(1));
            for (int i = 0; i < alone.size(); i++) {
                assertArrayEquals(
                        together.get(i).pixels().rgb(), alone.get(i).pixels().rgb(), "image " + i);
            }
        }
    }

    /** Where it lets devices go its way from tokens to f̂; of others it is reported as skipped. */
    @Test
    final void itsTablesSayHowItGoesFromTokensToFeatures() throws IOException {
        try (ImageGenerator generator = StandInBackend.open(engine(), model(folder))) {
            VisualTokenizer tokenizer = generator.tokenizer();
            ModelSpec spec = generator.model().spec();
            Optional<QuantizerTables> tables = tokenizer.quantizerTables();
            assumeTrue(tables.isPresent(), () -> "tokenizer " + plugin() + " goes a way of its own");
            ScalePyramid pyramid = spec.pyramid();
            PlainFeatures plain =
                    new PlainFeatures(tables.get(), pyramid, spec.tokenizer().latentChannels());
            FeatureAccumulator accumulator = tokenizer.accumulator(1, pyramid);
            Random random = new Random(1);
            for (int k = 0; k < pyramid.scales(); k++) {
                int[] tokens = IntStream.range(0, pyramid.tokens(k))
                        .map(i -> random.nextInt(spec.tokenizer().vocabularySize()))
                        .toArray();
                assertArrayEquals(plain.input(k), accumulator.nextInput(), ROUNDING, "input of scale " + k);
                plain.addCodes(pyramid.scale(k), tokens);
                accumulator.add(tokenizer.embed(tokens));
            }
            assertArrayEquals(
                    PlainFeatures.join(List.of(plain)).values(),
                    accumulator.featureMap().values(),
                    ROUNDING);
        }
    }
}
