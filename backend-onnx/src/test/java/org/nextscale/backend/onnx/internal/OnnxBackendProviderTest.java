package org.nextscale.backend.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.parameter.ParameterValues;

class OnnxBackendProviderTest {

    @Test
    void saysWhatItWouldComputeOn() {
        Availability availability = new OnnxBackendProvider().probe();
        assertTrue(availability.isAvailable(), availability.reason());
        assertTrue(availability.device().startsWith("CPU"), availability.device());
        assertFalse(availability.reason().isBlank());
    }

    @Test
    void probingLoadsNothingNative() throws Exception {
        try (Apart apart = new Apart()) {
            BackendProvider provider = apart.provider();
            assertTrue(provider.probe().isAvailable());
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
