package org.nextscale.engine.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.api.model.ModelSize;
import org.nextscale.api.model.ModelSpec;

/** Sizes by formula are those of the tensors, part by part. */
class ModelSizeTest {

    @ParameterizedTest
    @EnumSource
    void isThatOfThePublishedModelsTensors(PublishedModel model) {
        assertIsThatOfTheTensors(model.spec());
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "shared-aln", "plain-attn"})
    void isThatOfTheReferenceModelsTensors(String set) {
        try (ModelPackage model =
                ModelPackage.open(Path.of(System.getProperty("nextscale.root"), "reference-vectors", set))) {
            assertIsThatOfTheTensors(model.spec());
        }
    }

    @Test
    void isWhatTheAuthorsSay() {
        ModelSize size = ModelSize.of(PublishedModel.VAR_D16.spec());
        assertEquals(310, Math.round(size.transformer() / 1e6), "million parameters of var_d16");
        assertEquals(109, Math.round(size.tokenizer() / 1e6));
        assertEquals(160 * 256 * 256, size.largestMap());
        assertEquals(2 * 16 * 1024, size.cacheOfToken());
    }

    private static void assertIsThatOfTheTensors(ModelSpec spec) {
        ModelSize size = ModelSize.of(spec);
        List<ExpectedTensor> transformer = ExpectedTensors.transformer(spec.transformer());
        Predicate<String> conditions = name -> name.contains("ada_");
        Predicate<String> blocks = name -> name.startsWith("blocks.") && !name.contains("ada_");
        Predicate<String> head = name -> name.startsWith("head.");
        assertEquals(elements(transformer, conditions), size.conditions());
        assertEquals(elements(transformer, blocks), size.blocks());
        assertEquals(elements(transformer, head), size.head());
        assertEquals(elements(transformer, name -> true), size.transformer());
        List<ExpectedTensor> tokenizer = ExpectedTensors.tokenizer(spec.tokenizer(), spec.pyramid());
        assertEquals(elements(tokenizer, name -> name.startsWith("encoder.")), size.encoder());
        assertEquals(elements(tokenizer, name -> name.startsWith("decoder.")), size.decoder());
        assertEquals(elements(tokenizer, name -> true), size.tokenizer());
    }

    private static long elements(List<ExpectedTensor> tensors, Predicate<String> names) {
        return tensors.stream()
                .filter(tensor -> names.test(tensor.name()))
                .mapToLong(tensor -> tensor.shape().stream().reduce(1L, Math::multiplyExact))
                .sum();
    }
}
