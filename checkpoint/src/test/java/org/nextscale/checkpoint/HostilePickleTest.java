package org.nextscale.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.checkpoint.internal.AllocationMeter;
import org.nextscale.checkpoint.internal.ArchiveBuilder;
import org.nextscale.checkpoint.internal.PickleBuilder;

/** Pickles that want to run something, or to make the reader take far more memory or time than they are long. */
@Timeout(30)
class HostilePickleTest {
    @TempDir
    Path folder;

    private String refusal(PickleBuilder pickle) {
        Path file = ArchiveBuilder.of(pickle).write(folder.resolve("hostile.pth"));
        AllocationMeter meter = AllocationMeter.start();
        String message = assertThrows(
                        InvalidInputException.class, () -> Checkpoint.open(file).close())
                .getMessage();
        meter.requireBounded(file);
        assertTrue(message.startsWith(file.toString()), message);
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    /** A state dict with one good tensor and whatever {@code value} adds under the key {@code x}. */
    private void isHarmless(PickleBuilder value) {
        PickleBuilder pickle = new PickleBuilder()
                .op('}')
                .op('(')
                .text("w")
                .tensor("FloatStorage", "0", 2, 0, new long[] {2}, new long[] {1})
                .text("x");
        byte[] bytes = value.unfinished();
        for (int i = 2; i < bytes.length; i++) {
            pickle.raw(bytes[i]);
        }
        Path file = ArchiveBuilder.of(pickle.op('u')).counting("0", 2).write(folder.resolve("harmless.pth"));
        AllocationMeter meter = AllocationMeter.start();
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            assertEquals(1, checkpoint.tensors().tensors().size());
        }
        meter.requireBounded(file);
    }

    @Test
    void nothingIsExecuted() {
        Path proof = folder.resolve("executed");
        String message = refusal(new PickleBuilder()
                .op('}')
                .text("x")
                .global("os", "system")
                .text("touch " + proof)
                .raw(0x85)
                .op('R')
                .op('s'));
        assertTrue(message.contains("os.system"), message);
        assertFalse(Files.exists(proof));
        assertTrue(refusal(new PickleBuilder().global("builtins", "eval")).contains("builtins.eval"));
        assertTrue(refusal(new PickleBuilder().global("torch", "load")).contains("torch.load"));
        assertTrue(refusal(new PickleBuilder().global("torch.storage", "_load_from_bytes"))
                .contains("_load_from_bytes"));
        assertTrue(refusal(new PickleBuilder(4).text("posix").text("system").raw(0x93))
                .contains("posix.system"));
        assertTrue(
                refusal(new PickleBuilder().op('(').ascii("iposix\nsystem\n")).contains("opcode 0x69"));
        assertTrue(refusal(new PickleBuilder().ascii("S'text'\n")).contains("opcode 0x53"));
        assertTrue(refusal(new PickleBuilder().raw(0x82, 1)).contains("opcode 0x82"));
    }

    @Test
    void messagesCarryNoControlCharacters() {
        String message = refusal(new PickleBuilder().global("os\u001b[2J\u0007", "sys\rtem"));
        assertTrue(message.chars().noneMatch(Character::isISOControl), message);
        assertTrue(refusal(new PickleBuilder().global("a".repeat(5000), "b")).contains("a name does not end"));
    }

    @Test
    void claimedLengthsAreNotBelieved() {
        assertTrue(refusal(new PickleBuilder().raw('X', 0xff, 0xff, 0xff, 0xff)).contains("claims 4294967295 bytes"));
        assertTrue(refusal(new PickleBuilder().raw('X', 0xff, 0xff, 0xff, 0x7f)).contains("claims 2147483647 bytes"));
        assertTrue(refusal(new PickleBuilder(4).raw(0x8d, 0, 0, 0, 0, 0, 0, 0, 0x80))
                .contains("claims 9223372036854775808 bytes"));
        assertTrue(
                refusal(new PickleBuilder().raw(0x8b, 0xff, 0xff, 0xff, 0xff)).contains("claims 4294967295"));
        assertTrue(refusal(new PickleBuilder().raw('T', 0xff, 0xff, 0xff, 0x0f)).contains("claims"));
        assertTrue(
                refusal(new PickleBuilder(5).raw(0x96, 0, 0, 0, 0, 1, 0, 0, 0)).contains("claims"));
        assertTrue(
                refusal(new PickleBuilder(4).raw(0x95, 0, 0, 0, 0, 1, 0, 0, 0)).contains("claims"));
    }

    @Test
    void deepNestingIsNoRecursion() {
        PickleBuilder lists = new PickleBuilder();
        PickleBuilder tuples = new PickleBuilder().op('N');
        for (int i = 0; i < 200_000; i++) {
            lists.op(']');
            tuples.raw(0x85);
        }
        for (int i = 1; i < 200_000; i++) {
            lists.op('a');
        }
        isHarmless(lists);
        isHarmless(tuples);
    }

    @Test
    void structuresMayHoldThemselves() {
        isHarmless(new PickleBuilder().op(']').raw('q', 9).raw('h', 9).op('a'));
        isHarmless(
                new PickleBuilder().op('}').raw('q', 9).raw('h', 9).raw('h', 9).op('s'));
        PickleBuilder root = new PickleBuilder()
                .op('}')
                .raw('q', 0)
                .text("trainer")
                .raw('h', 0)
                .op('s');
        assertTrue(refusal(root).contains("holds no tensors"));
    }

    @Test
    void sharedPartsAreNotExpanded() {
        PickleBuilder laughs = new PickleBuilder().text("ha").raw('q', 0);
        for (int i = 0; i < 250; i++) {
            laughs.raw('h', i).raw('h', i).raw(0x86).raw('q', i + 1);
            laughs.raw(0x86);
        }
        isHarmless(laughs);
        PickleBuilder strings =
                new PickleBuilder().text("x".repeat(100_000)).raw('q', 0).op('(');
        for (int i = 0; i < 100_000; i++) {
            strings.raw('h', 0);
        }
        isHarmless(strings.op('t').raw(0x86));
    }

    @Test
    void theMemoHoldsWhatIsThere() {
        PickleBuilder far =
                new PickleBuilder().op('N').raw('r', 0xff, 0xff, 0xff, 0xff).raw('j', 0xff, 0xff, 0xff, 0xff);
        isHarmless(far.raw(0x86));
        assertTrue(refusal(new PickleBuilder().raw('j', 0xff, 0xff, 0xff, 0x7f)).contains("has not defined"));
        PickleBuilder many = new PickleBuilder().op('N');
        for (int i = 0; i < 300_000; i++) {
            many.op('r').littleEndian(i * 7919);
        }
        isHarmless(many);
    }

    @Test
    void valuesAreCounted() {
        PickleBuilder pickle = new PickleBuilder();
        for (int i = 0; i < 1_200_000; i++) {
            pickle.op('}');
        }
        assertTrue(refusal(pickle).contains("more than 1000000"));
    }

    @Test
    void oneStorageForAThousandTensorsIsRefused() {
        PickleBuilder pickle = new PickleBuilder().op('}').op('(');
        for (int i = 0; i < 1000; i++) {
            pickle.text("w" + i).tensor("FloatStorage", "0", 500_000, 0, new long[] {500_000}, new long[] {1});
        }
        Path file = ArchiveBuilder.of(pickle.op('u')).counting("0", 500_000).write(folder.resolve("shared.pth"));
        String message = assertThrows(
                        InvalidInputException.class, () -> Checkpoint.open(file).close())
                .getMessage();
        assertTrue(message.contains("its tensors claim 8 times the bytes"), message);
    }

    /** Calls of anything are data: nothing is made of what goes into them, however often the same goes in. */
    @Test
    void callsOfUnknownNamesCostNothing() {
        isHarmless(new PickleBuilder()
                .global("os", "system")
                .text("true")
                .raw(0x85)
                .op('R'));
        PickleBuilder calls = new PickleBuilder().op('(');
        for (int i = 0; i < 100_000; i++) {
            calls.op(')');
        }
        calls.op('t').raw('q', 0).global("mine", "Thing").raw('q', 1).op('(');
        for (int i = 0; i < 100_000; i++) {
            calls.raw('h', 1, 'h', 0).op('R');
        }
        isHarmless(calls.op('t').raw(0x86).raw(0x86));
        PickleBuilder objects =
                new PickleBuilder().op('(').global("mine", "Thing").op(')').op('R');
        for (int i = 0; i < 100_000; i++) {
            objects.op('N').op('a').op(')').op('R').op('}').op('b');
        }
        isHarmless(objects.op('t'));
        refusal(new PickleBuilder().op('N').op('N').op('a'));
        refusal(new PickleBuilder().global("mine", "Thing").op('N').op('a'));
        refusal(new PickleBuilder().global("mine", "Thing").op('N').op('R'));
    }

    @Test
    void longNamesAreNotJoinedAgainAndAgain() {
        PickleBuilder names = new PickleBuilder(4)
                .text("m".repeat(500))
                .raw('q', 0)
                .text("n".repeat(500))
                .raw('q', 1)
                .op('(');
        for (int i = 0; i < 100_000; i++) {
            names.raw('h', 0, 'h', 1, 0x93);
        }
        isHarmless(names.op('t').raw(0x87));
        assertTrue(refusal(new PickleBuilder(4).text("m".repeat(513)).text("n").raw(0x93))
                .contains("more than 512 characters"));
    }

    /** A dict under a thousand keys is read once, and no more than 64 dicts are looked into. */
    @Test
    void theSameDictUnderManyKeysIsNoHundredModels() {
        PickleBuilder pickle = new PickleBuilder()
                .op('}')
                .op('(')
                .text("first")
                .op('}')
                .raw('q', 0)
                .op('(');
        for (int i = 0; i < 300; i++) {
            pickle.text("x".repeat(400) + i).tensor("FloatStorage", "0", 2, 0, new long[] {2}, new long[] {1});
        }
        pickle.op('u');
        for (int i = 0; i < 50_000; i++) {
            pickle.text("k" + i).raw('h', 0);
        }
        Path file =
                ArchiveBuilder.of(pickle.op('u')).floats("0", new float[8192]).write(folder.resolve("same.pth"));
        AllocationMeter meter = AllocationMeter.start();
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            assertEquals(300, checkpoint.tensors().tensors().size());
        }
        meter.requireBounded(file);
        PickleBuilder many =
                new PickleBuilder().text("x".repeat(500)).raw('q', 0).op('0');
        many.tensor("FloatStorage", "0", 2, 0, new long[] {2}, new long[] {1})
                .raw('q', 1)
                .op('0')
                .op('}')
                .op('(');
        for (int i = 0; i < 50_000; i++) {
            many.text("k" + i).op('}').raw('h', 0, 'h', 1).op('s');
        }
        Path dicts =
                ArchiveBuilder.of(many.op('u')).floats("0", new float[8192]).write(folder.resolve("many.pth"));
        meter = AllocationMeter.start();
        try (Checkpoint checkpoint = Checkpoint.open(dicts)) {
            assertEquals(63, checkpoint.tensors().tensors().size());
        }
        meter.requireBounded(dicts);
    }

    @Test
    void brokenStacksAreRefused() {
        for (String opcodes :
                new String[] {"", "t", "R", "s", "u", "a", "e", "b", "Q", "0", "1", "2", "d", "(", "))", "N)R"}) {
            refusal(new PickleBuilder().ascii(opcodes));
        }
        refusal(new PickleBuilder().op(')').op('N').op('a'));
        refusal(new PickleBuilder().op('(').op('N').op('d'));
        refusal(new PickleBuilder().op('N').op('(').op('s'));
        refusal(new PickleBuilder(9));
        refusal(new PickleBuilder().global("torch", "FloatStorage").op(')').op('R'));
        refusal(new PickleBuilder().text("storage").op('Q'));
    }

    @Test
    void aTensorsNameMustBePrintable() {
        PickleBuilder pickle = new PickleBuilder()
                .op('}')
                .text("w\nforged line")
                .tensor("FloatStorage", "0", 2, 0, new long[] {2}, new long[] {1})
                .op('s');
        assertTrue(refusal(pickle).contains("no printable text"));
    }
}
