package org.nextscale.training.internal.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.training.internal.NativeLibraries;
import org.nextscale.training.internal.loop.Learner;
import org.nextscale.training.internal.loop.StateTensor;
import org.nextscale.training.internal.optimizer.AdamW;

/**
 * That nothing stays on the CPU, without another device to compute on. libtorch's {@code meta} device has shapes and no values, and
 * most operations refuse to mix it with the CPU: weights, gradients, optimizer and averages go through a step there. The
 * networks cannot: the C++ library has no meta kernels for embedding, convolution, norms over layers or groups, {@code where}, area
 * pooling and others, which in PyTorch are written in Python. For them it is checked that tensors are made in one place alone.
 */
class PlacementTest {
    private static final Placement META = new Placement("meta");
    private static final Path SOURCES =
            Path.of(System.getProperty("nextscale.root"), "training", "src", "main", "java");

    @BeforeAll
    static void load() {
        NativeLibraries.load();
    }

    @Test
    void weightsAndAllThatTrainsThemAreWhereTheyArePlaced() {
        List<TensorShape> shapes =
                List.of(new TensorShape("m.weight", List.of(3L, 2L)), new TensorShape("m.bias", List.of(3L)));
        try (PointerScope scope = new PointerScope();
                Learner learner = learner(TensorSet.trained(
                        shapes,
                        each -> PlacementTest::count,
                        each -> each.name().endsWith("weight"),
                        META))) {
            TensorSet weights = learner.weights();
            weights.clearGradients();
            Tensor logits = Ops.linear(META.of(new float[8], 4, 2), weights, "m");
            torch.cross_entropy_loss(logits, META.of(new long[4], 4)).backward();
            // Its norm would be a value.
            weights.clipGradients(2, 1);
            learner.optimizer().step(0, 1e-3);
            learner.average().update(0);
            learner.averaged(() -> null);
            learner.average().restart();

            List<StateTensor> state = learner.state("m");
            assertEquals(8, state.size());
            for (StateTensor each : state) {
                assertTrue(each.tensor().is_meta(), each.name());
                each.fill(PlacementTest::count);
            }
            for (String name : weights.names()) {
                assertTrue(weights.gradient(name).is_meta(), name);
            }
        }
    }

    private static Learner learner(TensorSet weights) {
        return new Learner(weights, new AdamW(weights, 0.9, 0.95, 0.05), 0.9);
    }

    private static void count(long first, FloatBuffer target) {
        while (target.hasRemaining()) {
            target.put(first++);
        }
    }

    /** What the test above is worth: such a step with one tensor on the CPU fails. */
    @Test
    void aTensorThatStayedBehindIsRefused() {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor placed = META.zeros(3);
            Tensor behind = Placement.CPU.zeros(3);
            String said = assertThrows(RuntimeException.class, () -> placed.lerp_(behind, Ops.scalar(0.5)))
                    .getMessage();
            assertTrue(said.contains("same device"), said);
            assertFalse(Placement.CPU.of(new float[] {1}, 1).is_meta());
        }
    }

    @Test
    void onTheCpuNothingIsCopied() {
        try (PointerScope scope = new PointerScope()) {
            Tensor tensor = Placement.CPU.of(new float[] {1, 2, 3}, 3);
            Ops.fill(tensor, (first, target) -> target.put(target.position(), 7));
            assertArrayEquals(new float[] {7, 2, 3}, Ops.values(tensor));
        }
    }

    /** Functions of libtorch that take no tensor and give one put it on the CPU, unless they are told otherwise. */
    @Test
    void tensorsAreMadeFromNothingAndReadInOnePlaceAlone() throws IOException {
        Set<String> makers = Arrays.stream(torch.class.getMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers()) && method.getReturnType() == Tensor.class)
                .filter(PlacementTest::takesNoTensor)
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(makers.containsAll(List.of("zeros", "ones", "full", "arange", "randn", "empty")), makers::toString);
        Pattern making = Pattern.compile("\\bTensor\\.create\\(|\\btorch\\.(" + String.join("|", makers) + ")\\(");
        Pattern reading = Pattern.compile("\\.(createBuffer|createIndexer|data_ptr)\\(");

        assertEquals(List.of("Placement.java"), containing(making));
        assertEquals(List.of("Ops.java"), containing(reading));
        // Of the reference vectors, and of a copy on its way to or from another device.
        assertEquals(
                List.of("Ops.java", "ReferenceSteps.java", "TorchDevices.java"),
                containing(Pattern.compile("\\bPlacement\\.CPU\\b")));
    }

    private static boolean takesNoTensor(Method method) {
        Set<Class<?>> tensors = Set.of(Tensor.class, TensorVector.class, TensorOptional.class);
        return Arrays.stream(method.getParameterTypes())
                .noneMatch(type -> tensors.contains(type)
                        || type.getSimpleName().startsWith("Tensor")
                                && type.getSimpleName().contains("Array"));
    }

    private static List<String> containing(Pattern pattern) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path each :
                    files.filter(file -> file.toString().endsWith(".java")).toList()) {
                if (pattern.matcher(Files.readString(each)).find()) {
                    names.add(each.getFileName().toString());
                }
            }
        }
        return names.stream().sorted().toList();
    }
}
