package org.nextscale.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.BackendException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.Model;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.evaluation.images.SetImages;

/** What is said of a tokenizer that gives back what it got, one level brighter, or nonsense. */
class ReconstructionEvaluationTest {
    private static final int SIDE = 16;

    @TempDir
    Path folder;

    private float nonsense;
    private Pixels seen;

    @Test
    void saysWhatWasLeftOut() throws IOException {
        Pictures.folder(folder, SIDE, 3, 1);
        Path empty = Files.createFile(folder.resolve("0-red/x.png"));
        EvaluationReport report = measure();
        assertEquals(9, report.images());
        assertEquals(
                List.of("1 of 10 images was left out: " + empty + " is empty, an image file is needed"),
                report.leftOut());
        assertEquals(20 * Math.log10(255), report.measurements().get(0).value(), 1e-6, "one level of 255");
    }

    @Test
    void withoutAnImageThereIsNothingToSay() throws IOException {
        Files.createFile(folder.resolve("x.png"));
        String message =
                assertThrows(InvalidInputException.class, this::measure).getMessage();
        assertTrue(
                message.startsWith(folder + " has no image that can be measured; 1 of 1 images was left out: "),
                message);
    }

    /** NaN would become black, and a figure be made of it. */
    @Test
    void pixelsThatAreNotFiniteAreTheBackendsFault() {
        Pictures.folder(folder, SIDE, 1, 1);
        nonsense = Float.NaN;
        assertTrue(
                assertThrows(BackendException.class, this::measure).getMessage().contains("not finite"));
    }

    private EvaluationReport measure() {
        return new ReconstructionEvaluation(model(), Optional.empty(), ProgressListener.NONE, Cancellation.NEVER)
                .run(SetImages.of(Pictures.set(folder), OptionalInt.of(SIDE)));
    }

    private ImageGenerator model() {
        TokenizerSpec tokenizer = TokenizerSpec.builder()
                .channels(32)
                .channelMultipliers(List.of(1, 2, 2))
                .latentChannels(16)
                .vocabularySize(64)
                .build();
        TransformerSpec transformer = TransformerSpec.builder(1)
                .latentChannels(16)
                .vocabularySize(64)
                .pyramid(ScalePyramid.of(1, 2, 4))
                .build();
        ModelSpec spec = ModelSpec.of(tokenizer, transformer);
        Model model = (Model) fake(Model.class, (proxy, method, arguments) -> spec);
        VisualTokenizer roundTrip = (VisualTokenizer) fake(VisualTokenizer.class, (proxy, method, arguments) -> {
            if (method.getName().equals("encode")) {
                seen = (Pixels) arguments[0];
            }
            return method.getName().equals("decode") ? brighter() : null;
        });
        return (ImageGenerator) fake(
                ImageGenerator.class,
                (proxy, method, arguments) -> method.getName().equals("model") ? model : roundTrip);
    }

    private Pixels brighter() {
        float[] values = seen.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] += 2 / 255f + nonsense;
        }
        return new Pixels(seen.batch(), seen.height(), seen.width(), values);
    }

    private static Object fake(Class<?> type, InvocationHandler handler) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
    }
}
