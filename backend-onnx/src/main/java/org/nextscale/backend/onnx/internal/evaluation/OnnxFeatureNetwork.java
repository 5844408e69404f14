package org.nextscale.backend.onnx.internal.evaluation;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.nextscale.api.BackendException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.evaluation.FeatureInput;
import org.nextscale.api.evaluation.FeatureNetwork;
import org.nextscale.backend.onnx.internal.runtime.NativeLibrary;

/** A network in an ONNX file with one input {@code [batch, 3, height, width]}. Runs of several threads take turns. */
public final class OnnxFeatureNetwork implements FeatureNetwork {
    private static final int CHANNELS = 3;
    private static final int RANK = 4;
    private static final int LARGEST_SIDE = 4096;

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Path file;
    private final String inputName;
    private final FeatureInput input;
    private final Map<String, List<OptionalLong>> outputs;
    private final Map<String, String> properties;
    private boolean closed;

    private OnnxFeatureNetwork(OrtEnvironment environment, OrtSession session, Path file) throws OrtException {
        this.environment = environment;
        this.session = session;
        this.file = file;
        Map<String, NodeInfo> inputs = session.getInputInfo();
        if (inputs.size() != 1) {
            throw unusable("has inputs " + inputs.keySet() + ", one alone is needed: images [batch, 3, height, width]");
        }
        inputName = inputs.keySet().iterator().next();
        input = input(floats(inputName, inputs.get(inputName)));
        outputs = floatOutputs();
        properties = Map.copyOf(session.getMetadata().getCustomMetadata());
    }

    /**
     * Opens a file.
     *
     * @param threads that compute
     * @throws InvalidInputException if it is no such network
     */
    public static OnnxFeatureNetwork open(Path file, int threads) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new InvalidInputException(
                    file + (Files.exists(file) ? " is not a file that can be read" : " does not exist")
                            + ", an ONNX file is needed");
        }
        OrtEnvironment environment = NativeLibrary.load();
        OrtSession session = null;
        try (SessionOptions options = new SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            session = environment.createSession(file.toString(), options);
            return new OnnxFeatureNetwork(environment, session, file);
        } catch (OrtException e) {
            close(session);
            throw new InvalidInputException(
                    file + " is no ONNX network that can be run: " + oneLine(e.getMessage()), e);
        } catch (RuntimeException | Error e) {
            close(session);
            throw e;
        }
    }

    private FeatureInput input(TensorInfo info) {
        long[] shape = info.getShape();
        if (shape.length != RANK || shape[1] != CHANNELS) {
            throw unusable("takes " + Arrays.toString(shape) + ", images must be [batch, 3, height, width]");
        }
        if (shape[0] > 0) {
            throw unusable("takes batches of " + shape[0] + " alone: export it with a free batch dimension");
        }
        return FeatureInput.of(side(shape[2]), side(shape[3]));
    }

    private OptionalInt side(long size) {
        if (size > LARGEST_SIDE) {
            throw unusable("takes images of " + size + " pixels an edge, more than " + LARGEST_SIDE);
        }
        return size > 0 ? OptionalInt.of((int) size) : OptionalInt.empty();
    }

    private Map<String, List<OptionalLong>> floatOutputs() throws OrtException {
        Map<String, List<OptionalLong>> found = new LinkedHashMap<>();
        session.getOutputInfo().forEach((name, info) -> {
            if (info.getInfo() instanceof TensorInfo tensor && tensor.type == OnnxJavaType.FLOAT) {
                found.put(
                        name,
                        Arrays.stream(tensor.getShape())
                                .skip(1)
                                .mapToObj(size -> size < 0 ? OptionalLong.empty() : OptionalLong.of(size))
                                .toList());
            }
        });
        if (found.isEmpty()) {
            throw unusable("has no output of float32 tensors");
        }
        return found;
    }

    private TensorInfo floats(String name, NodeInfo info) {
        if (info.getInfo() instanceof TensorInfo tensor && tensor.type == OnnxJavaType.FLOAT) {
            return tensor;
        }
        throw unusable("takes " + name + " as something else than a float32 tensor");
    }

    private InvalidInputException unusable(String why) {
        return new InvalidInputException(file + " " + why);
    }

    @Override
    public FeatureInput input() {
        return input;
    }

    @Override
    public Map<String, List<OptionalLong>> outputs() {
        return outputs;
    }

    @Override
    public Map<String, String> properties() {
        return properties;
    }

    @Override
    public synchronized Map<String, float[]> run(float[] images, int batch, int height, int width, Set<String> wanted) {
        if (closed) {
            throw new IllegalStateException(file + " is closed");
        }
        long[] shape = {batch, CHANNELS, height, width};
        try (OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(images), shape);
                OrtSession.Result result = session.run(Map.of(inputName, tensor), wanted)) {
            Map<String, float[]> values = new LinkedHashMap<>();
            for (String name : wanted) {
                FloatBuffer found = ((OnnxTensor) result.get(name).orElseThrow()).getFloatBuffer();
                float[] copy = new float[found.remaining()];
                found.get(copy);
                values.put(name, copy);
            }
            return values;
        } catch (OrtException e) {
            throw new BackendException(file + " failed: " + oneLine(e.getMessage()), e);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            close(session);
        }
    }

    private static void close(OrtSession session) {
        try {
            if (session != null) {
                session.close();
            }
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime could not close a session", e);
        }
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
