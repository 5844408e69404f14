package org.nextscale.backend.nd4j.internal.compute;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.cpu.nativecpu.bindings.Nd4jCpu;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.OpaqueConstantShapeBuffer;
import org.nextscale.api.BackendException;
import org.nextscale.backend.support.UserCache;

/**
 * ND4J's native library, loaded once a class loader and never unloaded (a JVM cannot). This backend calls its operations
 * directly: none of ND4J's Java arrays, factories and static state is used or even shipped.
 */
public final class NativeLibrary {
    private static final int FLOAT = 5;
    private static final String EXTENSION = "org.bytedeco.javacpp.platform.extension";
    private static final String CACHE = "org.bytedeco.javacpp.cachedir";
    private static final String MAX_BYTES = "org.bytedeco.javacpp.maxbytes";
    private static final String NO_COLLECTION = "org.bytedeco.javacpp.nopointergc";
    private static final String MAX_PHYSICAL_BYTES = "org.bytedeco.javacpp.maxphysicalbytes";

    private static NativeLibrary loaded;
    private static BackendException failure;

    private final NativeOps ops;
    private final String variant;
    private final long matmul;
    private final long conv2d;
    private final Map<Shape, Pointer> shapes = new ConcurrentHashMap<>();

    private NativeLibrary(NativeOps ops, String variant) {
        this.ops = ops;
        this.variant = variant;
        String operations = ";" + ops.getAllCustomOps();
        matmul = operation(operations, "matmul");
        conv2d = operation(operations, "conv2d");
    }

    /** The list reads {@code name:hash:inputs:outputs:…;name:…}. */
    private static long operation(String operations, String name) {
        int start = operations.indexOf(";" + name + ":");
        if (start < 0) {
            throw new BackendException("ND4J's native library has no operation " + name);
        }
        int hash = start + name.length() + 2;
        return Long.parseLong(operations.substring(hash, operations.indexOf(':', hash)));
    }

    /**
     * Loads the library, or says again why it could not be loaded.
     *
     * @throws BackendException with the reason
     */
    public static synchronized NativeLibrary load(NativeBuilds builds) {
        if (failure != null) {
            throw new BackendException(failure.getMessage(), failure);
        }
        if (loaded == null) {
            try {
                String variant = builds.bestVariant(NativeLibrary.class.getClassLoader())
                        .orElseThrow(() -> new BackendException(
                                "ND4J's native library for " + builds.platform() + " is not in this build"));
                loaded = load(variant);
            } catch (BackendException e) {
                failure = e;
                throw e;
            } catch (IOException | LinkageError | RuntimeException e) {
                failure = new BackendException("ND4J's native library cannot be loaded: " + e.getMessage(), e);
                throw failure;
            }
        }
        return loaded;
    }

    private static NativeLibrary load(String variant) throws IOException {
        Properties properties = new Properties();
        try {
            properties.set(EXTENSION, variant);
            if (System.getProperty(CACHE) == null) {
                properties.set(CACHE, UserCache.folder("nd4j-1.0.0-M2.1").toString());
            }
            // JavaCPP's own limits follow -Xmx, which says nothing about models outside the heap.
            properties.setIfAbsent(MAX_BYTES, "0");
            properties.setIfAbsent(MAX_PHYSICAL_BYTES, "0");
            // Everything is closed by its owner; a clean-up thread would only hold this class loader after an update.
            properties.setIfAbsent(NO_COLLECTION, "true");
            OwnLibraries.only(Nd4jCpu.class);
            NativeOps ops = new Nd4jCpu();
            ops.initializeDevicesAndFunctions();
            return new NativeLibrary(ops, variant);
        } finally {
            properties.restore();
        }
    }

    NativeOps ops() {
        return ops;
    }

    long matmul() {
        return matmul;
    }

    long conv2d() {
        return conv2d;
    }

    /** Which build was loaded, as in {@link NativeBuilds#variants()}. */
    public String variant() {
        return variant;
    }

    /** Native description of a dense float array of one to four dimensions. */
    Pointer denseShape(long... sizes) {
        Shape shape = new Shape(
                sizes.length,
                sizes[0],
                sizes.length > 1 ? sizes[1] : 1,
                sizes.length > 2 ? sizes[2] : 1,
                sizes.length > 3 ? sizes[3] : 1,
                0);
        return shapes.computeIfAbsent(shape, this::describe);
    }

    /** Native description of a float matrix with a distance between rows. */
    Pointer matrixShape(long rows, long columns, long rowStride) {
        return shapes.computeIfAbsent(
                new Shape(2, rows, columns, 1, 1, rowStride == columns ? 0 : rowStride), this::describe);
    }

    private Pointer describe(Shape shape) {
        long[] sizes = {shape.first, shape.second, shape.third, shape.fourth};
        long[] strides = new long[shape.rank];
        long stride = 1;
        for (int i = shape.rank - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= sizes[i];
        }
        if (shape.rowStride != 0) {
            strides[0] = shape.rowStride;
        }
        // ND4J keeps one description of each shape for good; what comes back points to it.
        int elementWiseStride = shape.rowStride == 0 ? 1 : 0;
        try (LongPointer sizesPointer = new LongPointer(sizes);
                LongPointer stridesPointer = new LongPointer(strides)) {
            OpaqueConstantShapeBuffer buffer =
                    ops.shapeBuffer(shape.rank, sizesPointer, stridesPointer, FLOAT, 'c', elementWiseStride, false);
            if (buffer == null) {
                throw new BackendException("ND4J refused a shape: " + ops.lastErrorMessage());
            }
            return ops.getConstantShapeBufferPrimary(buffer);
        }
    }

    /** Sizes of up to four dimensions; {@code rowStride} is 0 for a dense array. */
    private record Shape(int rank, long first, long second, long third, long fourth, long rowStride) {}

    /** System properties that are set for a moment, since JavaCPP reads its settings from nowhere else. */
    private static final class Properties {
        private final Map<String, String> before = new HashMap<>();

        void set(String name, String value) {
            before.putIfAbsent(name, System.getProperty(name, ""));
            System.setProperty(name, value);
        }

        void setIfAbsent(String name, String value) {
            if (System.getProperty(name) == null) {
                set(name, value);
            }
        }

        void restore() {
            before.forEach((name, value) -> {
                if (value.isEmpty()) {
                    System.clearProperty(name);
                } else {
                    System.setProperty(name, value);
                }
            });
        }
    }
}
