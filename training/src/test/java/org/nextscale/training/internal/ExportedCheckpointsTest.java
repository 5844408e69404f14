package org.nextscale.training.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.ByteVector;
import org.bytedeco.pytorch.GenericDict;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.api.export.ModelExporter;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.checkpoint.tensor.TensorSource;
import org.nextscale.model.ModelPackage;
import org.nextscale.model.export.ModelExport;
import org.nextscale.training.internal.torch.Ops;

/** PyTorch's own unpickler reads the checkpoints that a model is exported as. */
class ExportedCheckpointsTest {
    private static final String STRUCTURE = "archive/data.pkl";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"base", "shared-aln", "plain-attn"})
    void areReadByLibtorch(String set) throws IOException {
        NativeLibraries.load();
        ModelExporter exporter = ServiceLoader.load(ModelExporter.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.id().equals("pth"))
                .findFirst()
                .orElseThrow();
        Path vectors = Path.of(System.getProperty("nextscale.root"), "reference-vectors", set);
        try (ModelPackage model = ModelPackage.open(vectors)) {
            Path made = new ModelExport(model, Map.of("dtype", "f32"), folder.resolve("made"), false)
                    .run(exporter, ProgressListener.NONE, Cancellation.NEVER)
                    .path();
            compare(model.tokenizerWeights(), made.resolve("vae.pth"));
            compare(model.transformerWeights(), made.resolve("var.pth"));
        }
    }

    private static void compare(TensorSource expected, Path file) throws IOException {
        try (PointerScope scope = new PointerScope()) {
            IValue loaded = torch.pickle_load(new ByteVector(withPlainDictionary(file)));
            assertTrue(loaded.isGenericDict());
            GenericDict found = loaded.toGenericDict();
            assertEquals(expected.tensors().size(), found.size());
            for (var each : expected.tensors()) {
                Tensor tensor = found.at(new IValue(each.name())).toTensor();
                assertArrayEquals(
                        each.shape().stream().mapToLong(Long::longValue).toArray(), tensor.shape(), each.name());
                float[] values = new float[Math.toIntExact(each.elements())];
                expected.read(each.name(), 0, FloatBuffer.wrap(values));
                boolean whole = each.typeName().equals("I64");
                assertEquals(
                        whole ? torch.ScalarType.Long : torch.ScalarType.Float,
                        tensor.scalar_type().intern());
                assertArrayEquals(values, Ops.values(tensor.to(torch.ScalarType.Float)), each.name());
            }
        }
    }

    /**
     * The archive with its outermost OrderedDict as a plain dictionary: Python makes the one of the class's name, libtorch has
     * none but those. All else is as it was written, storages and pickled tensors.
     */
    private static byte[] withPlainDictionary(Path file) throws IOException {
        byte[] head = "\u0080\u0002ccollections\nOrderedDict\n)R(".getBytes(StandardCharsets.ISO_8859_1);
        byte[] plain = "\u0080\u0002}(".getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipFile zip = new ZipFile(file.toFile());
                ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (ZipEntry each : zip.stream().toList()) {
                byte[] content = zip.getInputStream(each).readAllBytes();
                if (each.getName().equals(STRUCTURE)) {
                    assertArrayEquals(head, Arrays.copyOf(content, head.length));
                    ByteArrayOutputStream changed = new ByteArrayOutputStream();
                    changed.writeBytes(plain);
                    changed.write(content, head.length, content.length - head.length);
                    content = changed.toByteArray();
                }
                put(out, each.getName(), content);
            }
        }
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream out, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        out.putNextEntry(entry);
        out.write(content);
        out.closeEntry();
    }
}
