package org.nextscale.backend.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nextscale.api.BackendException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.backend.support.DescribedMachine;
import org.nextscale.backend.support.DescribedProbe;
import org.nextscale.model.description.PublishedModel;

class OnnxBackendProviderTest {
    private static final Map<String, String> INT8 = Map.of("precision", "int8");

    @Test
    void saysWhatItWouldComputeOn() {
        Availability availability = probe(Map.of(), Optional.empty(), DescribedMachine.current());
        assertTrue(availability.isAvailable(), availability.reason());
        assertTrue(availability.device().startsWith("CPU"), availability.device());
        assertFalse(availability.reason().isBlank());
    }

    @Test
    void scoresByVectorsAndPrecision() {
        DescribedMachine wide = machine("avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_vnni");
        assertEquals(130, probe(Map.of(), Optional.empty(), wide).score());
        assertEquals(299, probe(INT8, Optional.empty(), wide).score());
        assertEquals(65, probe(INT8, Optional.empty(), machine("avx2", "fma")).score());
        assertEquals(32, probe(Map.of(), Optional.empty(), machine()).score());
    }

    /** Measured for var_d16: 2.1 GB resident at the highest, 1.1 GB in int8, the Java VM with its heap among them. */
    @Test
    void aModelThatDoesNotFitIsRefusedWithNumbers() {
        Optional<ModelSpec> model = Optional.of(PublishedModel.VAR_D16.spec());
        DescribedMachine small = new DescribedMachine(Set.of(), OptionalLong.of(1_500_000_000));
        Availability refused = probe(Map.of(), model, small);
        assertEquals(
                "needs about 1.9 GB of memory, 1.5 GB are free: int8 needs about 809 MB (precision=int8)",
                refused.reason());
        assertTrue(refused.lacksMemory());
        Availability fits = probe(INT8, model, small);
        assertTrue(fits.isAvailable(), fits.reason());
        assertEquals(1_500_000_000, fits.need().orElseThrow().freeBytes());
        DescribedMachine tiny = new DescribedMachine(Set.of(), OptionalLong.of(500_000_000));
        assertEquals(
                "needs about 809 MB of memory, 500 MB are free: that is int8 already",
                probe(INT8, model, tiny).reason());
        assertTrue(probe(Map.of(), model, machine()).isAvailable(), "nobody knows");
    }

    /** The tests' Java VM has a heap of 2 GB, and so as many direct buffers. */
    @Test
    void theLimitOfDirectBuffersCounts() {
        TransformerSpec d36 = PublishedModel.VAR_D36.transformer();
        TransformerSpec deep = d36.toBuilder().depth(2 * d36.depth()).build();
        DescribedMachine large = new DescribedMachine(Set.of(), OptionalLong.of(100_000_000_000L));
        Availability refused = probe(Map.of(), Optional.of(ModelSpec.of(PublishedModel.TOKENIZER, deep)), large);
        assertTrue(refused.reason().startsWith("needs about 3.3 GB of direct memory, 2."), refused.reason());
        assertTrue(refused.reason().endsWith("-XX:MaxDirectMemorySize"), refused.reason());
    }

    @Test
    void aGpuAskedForByNameHasNoSubstitute() {
        Availability refused = probe(Map.of("device", "cuda"), Optional.empty(), DescribedMachine.current());
        assertEquals("CUDA cannot be used: there is no onnxruntime_gpu jar", refused.reason());
        BackendProvider provider = new OnnxBackendProvider();
        ParameterValues options = ParameterValues.of("backend onnx", provider.parameters(), Map.of("device", "cuda"));
        BackendException failed = assertThrows(BackendException.class, () -> provider.open(options));
        assertEquals(refused.reason(), failed.getMessage());
        assertEquals(
                "CUDA cannot be used: precision=int8 is for the CPU",
                probe(Map.of("device", "cuda", "precision", "int8"), Optional.empty(), DescribedMachine.current())
                        .reason());
    }

    private static DescribedMachine machine(String... features) {
        return new DescribedMachine(Set.of(features), OptionalLong.empty());
    }

    private static Availability probe(
            Map<String, String> options, Optional<ModelSpec> model, DescribedMachine machine) {
        return probe(new OnnxBackendProvider(), options, model, machine);
    }

    private static Availability probe(
            BackendProvider provider,
            Map<String, String> options,
            Optional<ModelSpec> model,
            DescribedMachine machine) {
        return provider.probe(
                new DescribedProbe(ParameterValues.of("backend onnx", provider.parameters(), options), model, machine));
    }

    @Test
    void probingLoadsNothingNative() throws Exception {
        try (Apart apart = new Apart()) {
            BackendProvider provider = apart.provider();
            assertTrue(probe(provider, Map.of(), Optional.empty(), DescribedMachine.current())
                    .isAvailable());
            assertFalse(provider.parameters().isEmpty());
            assertFalse(apart.hasLoaded("ai.onnxruntime.OrtEnvironment"));
            assertFalse(apart.hasLoaded("ai.onnxruntime.OnnxRuntime"));
        }
    }

    /** As when a bundle is updated: the new one has a class loader of its own, and the old one's library stays loaded. */
    @Test
    void opensInASecondClassLoader() throws Exception {
        BackendProvider own = new OnnxBackendProvider();
        try (Backend first = own.open(ParameterValues.of("backend onnx", own.parameters(), Map.of()));
                Apart apart = new Apart()) {
            BackendProvider other = apart.provider();
            try (Backend second = other.open(ParameterValues.of("backend onnx", other.parameters(), Map.of()))) {
                assertEquals(first.device(), second.device());
                assertTrue(apart.hasLoaded("ai.onnxruntime.OrtEnvironment"));
            }
        }
    }

    @Test
    void severalMayBeOpenWithOptionsOfTheirOwn() {
        BackendProvider provider = new OnnxBackendProvider();
        try (Backend one = provider.open(
                        ParameterValues.of("backend onnx", provider.parameters(), Map.of("threads", "1")));
                Backend two = provider.open(ParameterValues.of(
                        "backend onnx", provider.parameters(), Map.of("threads", "2", "precision", "int8")))) {
            assertTrue(one.device().contains("1 thread, f32"), one.device());
            assertTrue(two.device().contains("2 threads, int8"), two.device());
        }
        assertThrows(
                InvalidInputException.class,
                () -> ParameterValues.of("backend onnx", provider.parameters(), Map.of("precision", "int3")));
    }

    /** Loads this backend and ONNX Runtime apart from those of the tests. */
    private static final class Apart extends ClassLoader implements AutoCloseable {

        Apart() {
            super(OnnxBackendProviderTest.class.getClassLoader());
        }

        BackendProvider provider() throws ReflectiveOperationException {
            Class<?> type = loadClass(OnnxBackendProvider.class.getName());
            assertNotNull(type);
            assertEquals(this, type.getClassLoader());
            return (BackendProvider) type.getConstructor().newInstance();
        }

        boolean hasLoaded(String name) {
            return findLoadedClass(name) != null;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("ai.onnxruntime.") && !name.startsWith("org.nextscale.backend.onnx.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> found = findLoadedClass(name);
                return found == null ? define(name) : found;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream input = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (input == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = input.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        @Override
        public void close() {
            // Nothing to close: the loader is collected when the test forgets it.
        }
    }
}
