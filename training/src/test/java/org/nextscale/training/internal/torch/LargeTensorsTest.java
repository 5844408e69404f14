package org.nextscale.training.internal.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nextscale.training.internal.NativeLibraries;
import org.nextscale.training.internal.loop.StateTensor;

/** A flat tensor of a model's weights has more bytes than a buffer of Java's, and may have more elements than an array. */
class LargeTensorsTest {
    /** In float32 just more than 2^31 bytes. */
    private static final long MANY = (1L << 29) + 1000;

    @BeforeAll
    static void load() {
        NativeLibraries.load();
    }

    /** Memory that nobody touches is none. */
    @Test
    void whatLiesBehindTwoGigabytesIsRead() {
        try (PointerScope scope = new PointerScope()) {
            Tensor tensor = torch.empty(MANY);
            tensor.narrow(0, MANY - 3, 3).copy_(Placement.CPU.of(new float[] {1, 2, 3}, 3));
            FloatBuffer last = FloatBuffer.allocate(5).position(2);
            new StateTensor("w", tensor).values().read(MANY - 3, last);

            assertArrayEquals(new float[] {0, 0, 1, 2, 3}, last.array());
        }
    }

    /** On a device without memory: pieces without a gap, to the last element. */
    @Test
    void everyElementIsFilled() {
        try (PointerScope scope = new PointerScope()) {
            long elements = (1L << 31) + 1000;
            AtomicLong next = new AtomicLong();
            new StateTensor("w", new Placement("meta").zeros(elements)).fill((first, target) -> {
                assertEquals(next.getAndAdd(target.remaining()), first);
                target.position(target.limit());
            });

            assertEquals(elements, next.get());
        }
    }

    /** A cast would go on with what is left of the number. */
    @Test
    void noCountIsCutToAnInt() throws IOException {
        Pattern cut = Pattern.compile("\\(int\\) [\\w.()]*\\b(numel|size|elements|item_long)\\(");
        assertTrue(cut.matcher("x = (int) images.sum().numel();").find());
        Path sources = Path.of(System.getProperty("nextscale.root"), "training", "src", "main", "java");
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path each :
                    files.filter(file -> file.toString().endsWith(".java")).toList()) {
                assertFalse(cut.matcher(Files.readString(each)).find(), each::toString);
            }
        }
    }

    @Test
    void piecesOfAnArrayLieWhereTheyBelong() {
        try (PointerScope scope = new PointerScope()) {
            int elements = 2_500_000;
            Tensor tensor = Placement.CPU.zeros(elements);
            Ops.fill(tensor, (first, target) -> {
                for (long i = first; target.hasRemaining(); i++) {
                    target.put(i);
                }
            });
            float[] values = Ops.values(tensor);
            for (int i = 0; i < elements; i++) {
                assertEquals(i, values[i]);
            }
        }
    }
}
