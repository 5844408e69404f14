package org.nextscale.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.checkpoint.internal.AllocationMeter;
import org.nextscale.checkpoint.internal.ArchiveBuilder;
import org.nextscale.checkpoint.internal.PickleBuilder;
import org.nextscale.checkpoint.tensor.TensorSource;

/** Checkpoints as people have them: with all sorts of things beside the weights, wrapped, and by the names that wrappers gave. */
class FoundCheckpointsTest {
    private static final String TOKENIZER = "quantize.embedding.weight";
    private static final String TRANSFORMER = "word_embed.weight";

    @TempDir
    Path folder;

    /** A dict that is still open, and takes names, tensors and other dicts. */
    private static final class Dict {
        private final PickleBuilder pickle;

        Dict() {
            this(new PickleBuilder(4));
        }

        private Dict(PickleBuilder pickle) {
            this.pickle = pickle.op('}').op('(');
        }

        /** Two float32 values, {@code first} and the one after it of storage 0. */
        Dict tensor(String name, int first) {
            pickle.text(name).tensor("FloatStorage", "0", 8, first, new long[] {2}, new long[] {1});
            return this;
        }

        Dict dict(String key) {
            pickle.text(key);
            return new Dict(pickle);
        }

        PickleBuilder key(String key) {
            return pickle.text(key);
        }

        Dict end() {
            pickle.op('u');
            return this;
        }
    }

    private int files;

    private Path written(Dict outer) {
        return ArchiveBuilder.of(outer.end().pickle).counting("0", 8).write(folder.resolve("found" + files++ + ".pth"));
    }

    private Checkpoint opened(Dict outer) {
        return Checkpoint.open(written(outer));
    }

    private String refusal(Dict outer) {
        Path file = written(outer);
        AllocationMeter meter = AllocationMeter.start();
        String message = assertThrows(InvalidInputException.class, () -> {
                    try (Checkpoint checkpoint = Checkpoint.open(file)) {
                        checkpoint.tokenizer();
                        checkpoint.transformer();
                    }
                })
                .getMessage();
        meter.requireBounded(file);
        assertTrue(message.startsWith(file.toString()), message);
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    private static float first(Optional<TensorSource> model, String name) {
        return model.orElseThrow().read(name, 2)[0];
    }

    @Test
    void whatLiesBesideTheWeightsIsPassedOverAndNamed() {
        Dict outer = new Dict().tensor(TRANSFORMER, 3);
        outer.key("counts").global("collections", "defaultdict").global("__builtin__", "long");
        outer.pickle.raw(0x85).op('R').text("a").integer(1).op('s');
        outer.key("texts").global("collections", "defaultdict").global("__builtin__", "unicode");
        outer.pickle.raw(0x85).op('R').op('(').text("a").text("b").op('u');
        outer.key("args").global("argparse", "Namespace").op(')').raw(0x81).op('}');
        outer.pickle.text("depth").integer(16).op('s').op('b');
        outer.key("loss")
                .global("numpy.core.multiarray", "scalar")
                .global("numpy", "dtype")
                .text("f8");
        outer.pickle
                .raw(0x89, 0x88, 0x87)
                .op('R')
                .op('(')
                .integer(3)
                .text("<")
                .op('N')
                .op('t')
                .op('b');
        outer.pickle.raw('C', 8, 0, 0, 0, 0, 0, 0, 0, 0, 0x86).op('R');
        outer.key("seen").global("collections", "Counter").op('}').raw(0x85).op('R');
        outer.key("folder")
                .global("pathlib", "PosixPath")
                .text("data")
                .raw(0x85)
                .op('R');
        outer.key("when").global("datetime", "datetime").raw('C', 10, 7, 0xe8, 1, 2, 3, 4, 5, 6, 7, 8, 0x85);
        outer.pickle.op('R');
        outer.key("rate")
                .global("functools", "partial")
                .global("os", "system")
                .raw(0x85)
                .op('R');
        outer.pickle
                .op('(')
                .global("os", "system")
                .text("true")
                .raw(0x85)
                .op('}')
                .op('N')
                .op('t')
                .op('b');
        outer.key("queue")
                .global("collections", "deque")
                .op(')')
                .op('R')
                .integer(1)
                .op('a')
                .op('(')
                .integer(2)
                .op('e');
        outer.key("nested")
                .global("easydict", "EasyDict")
                .op(')')
                .op('R')
                .text("a")
                .integer(1)
                .op('s');
        outer.key("named").global("mine", "Config").op(')').op('}').raw(0x92);
        outer.key("made")
                .global("builtins", "getattr")
                .global("mine", "Config")
                .text("x")
                .raw(0x86)
                .op('R');
        outer.pickle.op(')').op('R');
        try (Checkpoint checkpoint = opened(outer)) {
            assertEquals(1, checkpoint.tensors().tensors().size());
            assertEquals(3, first(checkpoint.transformer(), TRANSFORMER));
            List<String> passedOver = checkpoint.passedOver();
            assertTrue(passedOver.contains("Python's argparse.Namespace"), passedOver.toString());
            assertTrue(passedOver.contains("Python's os.system"), passedOver.toString());
            assertFalse(passedOver.toString().contains("defaultdict"), passedOver.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "state_dict", "ema", "module", "net_ema"})
    void aStateDictUnderAKeyIsRead(String key) {
        Dict outer = new Dict();
        outer.dict(key).tensor(TRANSFORMER, 4).tensor("head.bias", 1).end();
        outer.dict("optimizer").dict("state").end().end();
        outer.key("epoch").integer(7);
        try (Checkpoint checkpoint = opened(outer)) {
            checkpoint.verify();
            assertEquals(List.of(key), checkpoint.keys());
            assertFalse(checkpoint.trainer());
            assertEquals(4, first(checkpoint.transformer(), TRANSFORMER));
            assertEquals(1, first(checkpoint.transformer(), "head.bias"));
            assertEquals(Optional.empty(), checkpoint.tokenizer());
            assertTrue(checkpoint.tensors().contains(key + ".head.bias"));
            assertEquals(List.of(), checkpoint.passedOver());
        }
    }

    @Test
    void ofAModelAndItsAverageTheModelIsTaken() {
        for (String average : List.of("ema", "model_ema", "ema_state_dict", "avg")) {
            Dict outer = new Dict();
            outer.dict(average).tensor(TRANSFORMER, 1).end();
            outer.dict("model").tensor(TRANSFORMER, 5).end();
            try (Checkpoint checkpoint = opened(outer)) {
                assertEquals(5, first(checkpoint.transformer(), TRANSFORMER));
                assertEquals(1, checkpoint.tensors().tensors().size());
                assertEquals(List.of("another transformer under " + average), checkpoint.passedOver());
            }
        }
        Dict trainer = new Dict();
        Dict inner = trainer.dict("trainer");
        inner.dict("vae_ema").tensor(TOKENIZER, 1).end();
        inner.dict("vae_local").tensor(TOKENIZER, 2).end();
        inner.dict("var_wo_ddp").tensor(TRANSFORMER, 3).end();
        inner.end();
        try (Checkpoint checkpoint = opened(trainer)) {
            assertTrue(checkpoint.trainer());
            assertEquals(2, first(checkpoint.tokenizer(), TOKENIZER));
            assertEquals(3, first(checkpoint.transformer(), TRANSFORMER));
        }
    }

    @Test
    void severalThatMayBeMeantAreNamed() {
        Dict outer = new Dict();
        outer.dict("best").tensor(TRANSFORMER, 1).end();
        outer.dict("last").tensor(TRANSFORMER, 2).end();
        String message = refusal(outer);
        assertTrue(message.contains("holds several transformers, under best, last; save the one"), message);
    }

    @Test
    void twoModelsUnderKeysOfTheirOwnAreBothRead() {
        Dict outer = new Dict();
        outer.dict("vae").tensor(TOKENIZER, 1).end();
        outer.dict("var").tensor(TRANSFORMER, 2).end();
        try (Checkpoint checkpoint = opened(outer)) {
            assertEquals(1, first(checkpoint.tokenizer(), TOKENIZER));
            assertEquals(2, first(checkpoint.transformer(), TRANSFORMER));
            assertFalse(checkpoint.transformer().orElseThrow().contains(TOKENIZER));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"module.", "_orig_mod.", "module._orig_mod.", "model.vae."})
    void whatPyTorchsWrappersPutBeforeNamesIsTakenOff(String prefix) {
        Dict outer = new Dict().tensor(prefix + TOKENIZER, 1).tensor(prefix + "encoder.conv_in.bias", 2);
        Dict wrapped = new Dict();
        wrapped.dict("state_dict")
                .tensor(prefix + TOKENIZER, 1)
                .tensor(prefix + "encoder.conv_in.bias", 2)
                .end();
        Path safetensors = folder.resolve("found.safetensors");
        new SafetensorsWriter()
                .add(new WeightInfo(prefix + TOKENIZER, DataType.F32, List.of(2L)), FoundCheckpointsTest::ones)
                .add(
                        new WeightInfo(prefix + "encoder.conv_in.bias", DataType.F32, List.of(2L)),
                        FoundCheckpointsTest::ones)
                .write(safetensors, ProgressListener.NONE, Cancellation.NEVER);
        for (Checkpoint each : List.of(opened(outer), opened(wrapped), Checkpoint.open(safetensors))) {
            try (each) {
                TensorSource tokenizer = each.tokenizer().orElseThrow();
                assertEquals(2, tokenizer.tensors().size());
                assertEquals(1, tokenizer.read(TOKENIZER, 2)[0]);
                assertEquals(2, tokenizer.weight("encoder.conv_in.bias").elements());
            }
        }
    }

    private static void ones(long first, FloatBuffer target) {
        while (target.hasRemaining()) {
            target.put(1);
        }
    }

    /** What is no plain tensor is listed, so that whoever needs it is told. */
    @Test
    void tensorsOfOtherKindsAreNamedWhenTheyAreAskedFor() {
        Dict outer = new Dict().tensor(TRANSFORMER, 0);
        PickleBuilder storage = outer.key("head.weight")
                .global("torch._utils", "_rebuild_qtensor")
                .op('(')
                .op('(')
                .text("storage")
                .global("torch", "QInt8Storage")
                .text("0")
                .text("cpu")
                .integer(2);
        storage.op('t')
                .op('Q')
                .integer(0)
                .integers(2)
                .integers(1)
                .op('N')
                .op('t')
                .op('R');
        outer.key("head.bias")
                .global("numpy._core.multiarray", "_reconstruct")
                .op(')')
                .op('R')
                .op('N')
                .op('b');
        try (Checkpoint checkpoint = opened(outer)) {
            TensorSource transformer = checkpoint.transformer().orElseThrow();
            assertFalse(transformer.tensor("head.weight").readable());
            String message = assertThrows(InvalidInputException.class, () -> transformer.weight("head.weight"))
                    .getMessage();
            assertTrue(message.contains("head.weight is stored as torch._utils._rebuild_qtensor"), message);
            message = assertThrows(InvalidInputException.class, () -> transformer.weight("head.bias"))
                    .getMessage();
            assertTrue(message.contains("head.bias is stored as numpy._core"), message);
        }
    }

    @Test
    void whatIsThereInsteadOfAStateDictIsSaid() {
        Dict model = new Dict();
        model.key("model").global("models.var", "VAR").op(')').raw(0x81).op('}').op('b');
        model.key("epoch").integer(3);
        model.dict("config").end();
        String message = refusal(model);
        assertTrue(message.contains("holds no tensors"), message);
        assertTrue(message.contains("found model (Python's models.var.VAR, which is not executed here)"), message);
        assertTrue(message.contains("epoch (a plain value), config (a dict)"), message);
        Path whole = ArchiveBuilder.of(new PickleBuilder()
                        .global("models.var", "VAR")
                        .op(')')
                        .raw(0x81)
                        .op('}')
                        .op('b'))
                .write(folder.resolve("whole.pth"));
        message = assertThrows(
                        InvalidInputException.class,
                        () -> Checkpoint.open(whole).close())
                .getMessage();
        assertTrue(message.contains("no state dict but Python's models.var.VAR"), message);
        Path old = ArchiveBuilder.of(new PickleBuilder()
                        .global("collections", "OrderedDict")
                        .op(']')
                        .raw(0x85)
                        .op('R'))
                .write(folder.resolve("old.pth"));
        message = assertThrows(
                        InvalidInputException.class, () -> Checkpoint.open(old).close())
                .getMessage();
        assertTrue(message.contains("an OrderedDict as Python 2 pickled it"), message);
    }

    /** Optimizers number their tensors; the same dict under two keys is one model. */
    @Test
    void dictsThatAreNoStateDictsAreNoModels() {
        Dict outer = new Dict();
        outer.dict("model").tensor(TRANSFORMER, 1).end();
        outer.pickle.raw('q', 200);
        outer.key("module").raw('h', 200);
        Dict state = outer.dict("state");
        state.pickle.integer(0).tensor("FloatStorage", "absent", 8, 0, new long[] {2}, new long[] {1});
        state.end();
        try (Checkpoint checkpoint = opened(outer)) {
            assertEquals(List.of("model"), checkpoint.keys());
            assertArrayEquals(
                    new float[] {1, 2}, checkpoint.transformer().orElseThrow().read(TRANSFORMER, 2));
            assertEquals(List.of(), checkpoint.passedOver());
        }
    }
}
