package org.nextscale.training.internal.classifier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.Placement;
import org.nextscale.training.internal.torch.TensorSet;

/** The file in ONNX Runtime beside the network in libtorch. */
class ClassifierFileTest {
    /** Products of some hundred numbers in float32, and a softmax. */
    private static final float TOLERANCE = 1e-5f;

    @TempDir
    private Path folder;

    @Test
    void whatNoFileCouldHoldIsRefusedBeforeItLearns() {
        ClassifierFile.requireFits(new ClassifierNetwork.Shape(512, 32, 65_536, 1000));
        ClassifierNetwork.Shape vast = new ClassifierNetwork.Shape(512, 32, 65_536, 10_000);
        String said = assertThrows(InvalidInputException.class, () -> ClassifierFile.requireFits(vast))
                .getMessage();
        assertTrue(said.endsWith("weights: an ONNX file holds 500000000; give it fewer features"), said);
    }

    @Test
    void theFileComputesWhatTheNetworkDoes() throws OrtException {
        ClassifierNetwork.Shape shape = new ClassifierNetwork.Shape(12, 8, 6, 3);
        Path file = folder.resolve("classifier.onnx");
        try (PointerScope scope = new PointerScope();
                TensorSet weights = TensorSet.trained(
                        ClassifierNetwork.tensors(shape),
                        each -> ClassifierNetwork.initial(each, 5),
                        each -> true,
                        Placement.CPU)) {
            ClassifierFile.write(file, shape, weights, "toys", List.of("ball", "teddy bear", "kite"));
            torch.manual_seed(3);
            Tensor images = torch.randn(2, 3, 12, 12);
            float[] wanted = Ops.values(
                    new ClassifierNetwork(shape, weights).logits(images).softmax(1));
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            try (OrtSession session = environment.createSession(file.toString());
                    OnnxTensor input = OnnxTensor.createTensor(
                            environment, FloatBuffer.wrap(Ops.values(images)), new long[] {2, 3, 12, 12});
                    OrtSession.Result found = session.run(Map.of("image", input))) {
                OnnxTensor probabilities =
                        (OnnxTensor) found.get("probabilities").orElseThrow();
                OnnxTensor features = (OnnxTensor) found.get("features").orElseThrow();
                assertArrayEquals(new long[] {2, 6}, features.getInfo().getShape());
                assertArrayEquals(wanted, probabilities.getFloatBuffer().array(), TOLERANCE);
                Map<String, String> said = session.getMetadata().getCustomMetadata();
                assertEquals("toys", said.get("nextscale.features"));
                assertEquals("ball\nteddy bear\nkite", said.get("nextscale.classes"));
            }
        }
    }
}
