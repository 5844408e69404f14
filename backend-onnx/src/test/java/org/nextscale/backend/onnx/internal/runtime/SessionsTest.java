package org.nextscale.backend.onnx.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.nextscale.api.BackendException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.onnx.internal.graph.Attribute;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.graph.Value;

class SessionsTest {
    private static final int SIZE = 512;

    private final Sessions sessions = new Sessions(NativeLibrary.load(), new SessionSettings(1, 0));
    private final WeightSet weights = new WeightSet(new Ramp());

    @Test
    void aMatrixIsInMemoryOnceAndStillMultiplies() {
        GraphBuilder graph = new GraphBuilder("product");
        Value x = graph.input("x", "rows", SIZE);
        Value weight = weights.stored(graph, "weight", SIZE, SIZE);
        Value y = graph.named("y", "Gemm", List.of(Attribute.integer("transB", 1)), x, weight);
        graph.output(y, "rows", SIZE);
        try (GraphSession session = sessions.open(graph, weights, Map.of(), Scratch.SHARED)) {
            assertEquals(false, session.keepsLargeWeights());
            for (int rows = 1; rows <= 3; rows++) {
                FloatBuffer found = run(session, rows);
                for (int i = 0; i < rows * SIZE; i++) {
                    double wanted = 0;
                    for (int k = 0; k < SIZE; k++) {
                        wanted += input(i / SIZE * SIZE + k) * Ramp.value((long) i % SIZE * SIZE + k);
                    }
                    assertEquals(wanted, found.get(i), 1e-3);
                }
            }
        }
    }

    @Test
    void aWeightThatIsReadInPlaceStaysAndIsRight() {
        GraphBuilder graph = new GraphBuilder("sum");
        Value x = graph.input("x", "rows", SIZE);
        Value weight = weights.stored(graph, "weight", SIZE, SIZE);
        Value first = graph.node("Gather", List.of(Attribute.integer("axis", 0)), weight, graph.integers(7));
        graph.output(graph.named("y", "Add", List.of(), x, first), "rows", SIZE);
        try (GraphSession session = sessions.open(graph, weights, Map.of(), Scratch.SHARED)) {
            FloatBuffer found = run(session, 2);
            for (int i = 0; i < 2 * SIZE; i++) {
                assertEquals(input(i) + Ramp.value(7L * SIZE + i % SIZE), found.get(i), 1e-5);
            }
        }
    }

    /** NaN in the trial stays NaN whatever becomes of the weights: that says nothing about who reads them. */
    @Test
    void whereATrialIsNaNWeightsStay() {
        GraphBuilder graph = new GraphBuilder("root");
        Value x = graph.input("x", "rows", SIZE);
        Value weight = weights.stored(graph, "weight", SIZE, SIZE);
        Value row = graph.node("Gather", List.of(Attribute.integer("axis", 0)), weight, graph.integers(7));
        // The trial's input is below 2 throughout.
        Value root = graph.node("Sqrt", graph.node("Sub", x, graph.real(2)));
        graph.output(graph.named("y", "Add", List.of(), root, row), "rows", SIZE);
        try (GraphSession session = sessions.open(graph, weights, Map.of(), Scratch.SHARED)) {
            assertEquals(true, session.keepsLargeWeights());
            FloatBuffer found = run(session, 2, i -> 3 + input(i));
            for (int i = 0; i < 2 * SIZE; i++) {
                assertEquals(Math.sqrt(1 + input(i)) + Ramp.value(7L * SIZE + i % SIZE), found.get(i), 1e-5);
            }
        }
    }

    @Test
    void aTensorThatTheModelLacksIsNamedBeforeAnythingIsComputed() {
        GraphBuilder graph = new GraphBuilder("product");
        InvalidInputException wrong =
                assertThrows(InvalidInputException.class, () -> weights.stored(graph, "weight", SIZE, 7));
        assertTrue(wrong.getMessage().contains("weight"), wrong.getMessage());
    }

    @Test
    void aGraphThatMakesNoSenseIsRefusedWithTheReason() {
        GraphBuilder graph = new GraphBuilder("nonsense");
        Value x = graph.input("x", "rows", SIZE);
        graph.output(graph.named("y", "NoSuchOperator", List.of(), x), "rows", SIZE);
        BackendException refused =
                assertThrows(BackendException.class, () -> sessions.open(graph, weights, Map.of(), Scratch.SHARED));
        assertTrue(refused.getMessage().contains("nonsense"), refused.getMessage());
        assertTrue(refused.getMessage().contains("NoSuchOperator"), refused.getMessage());
    }

    @Test
    void memoryIsReturnedOnceAndNotUsedAfterwards() {
        NativeMemory memory = NativeMemory.floats(8);
        assertEquals(32, memory.size());
        memory.close();
        memory.close();
        assertThrows(IllegalStateException.class, memory::floats);
        assertThrows(BackendException.class, () -> NativeMemory.floats(1L << 30));
    }

    private static FloatBuffer run(GraphSession session, int rows) {
        return run(session, rows, SessionsTest::input);
    }

    private static FloatBuffer run(GraphSession session, int rows, IntFunction<Float> input) {
        float[] result = new float[rows * SIZE];
        try (NativeMemory x = NativeMemory.floats((long) rows * SIZE);
                NativeMemory y = NativeMemory.floats((long) rows * SIZE);
                SessionRun run = session.run()) {
            FloatBuffer values = x.floats();
            for (int i = 0; i < rows * SIZE; i++) {
                values.put(i, input.apply(i));
            }
            run.input("x", x, rows, SIZE).output("y", y, rows, SIZE).execute();
            y.floats().get(result);
        }
        return FloatBuffer.wrap(result);
    }

    private static float input(int index) {
        return (index * 7 % 13 - 6) / 6f;
    }

    /** One square weight. */
    private static final class Ramp implements WeightSource {
        private static final WeightInfo WEIGHT =
                new WeightInfo("weight", DataType.F32, List.of((long) SIZE, (long) SIZE));

        static float value(long index) {
            return (index * 31 % 101 - 50) / 500f;
        }

        @Override
        public String description() {
            return "ramp";
        }

        @Override
        public Collection<WeightInfo> weights() {
            return List.of(WEIGHT);
        }

        @Override
        public boolean contains(String name) {
            return name.equals(WEIGHT.name());
        }

        @Override
        public WeightInfo weight(String name) {
            return WEIGHT;
        }

        @Override
        public void read(String name, long firstElement, FloatBuffer target) {
            for (long i = firstElement; target.hasRemaining(); i++) {
                target.put(value(i));
            }
        }

        @Override
        public ByteBuffer map(String name, long firstByte, int length) {
            throw new InvalidInputException("not mapped");
        }
    }
}
