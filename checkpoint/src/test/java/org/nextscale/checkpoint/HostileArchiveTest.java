package org.nextscale.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.checkpoint.internal.AllocationMeter;
import org.nextscale.checkpoint.internal.ArchiveBuilder;
import org.nextscale.checkpoint.internal.PickleBuilder;

/** ZIP directories that lie about what is in the archive. */
class HostileArchiveTest {
    private static final int ENTRY = 0x02014b50;

    @TempDir
    Path folder;

    private ByteBuffer good;
    private int end;
    private int directory;

    @BeforeEach
    void makeGoodArchive() {
        PickleBuilder pickle = new PickleBuilder()
                .op('}')
                .text("w")
                .tensor("FloatStorage", "0", 50, 0, new long[] {50}, new long[] {1})
                .op('s');
        good = ByteBuffer.wrap(ArchiveBuilder.of(pickle).counting("0", 50).bytes())
                .order(ByteOrder.LITTLE_ENDIAN);
        end = good.capacity() - 22;
        directory = good.getInt(end + 16);
        assertEquals(ENTRY, good.getInt(directory));
    }

    /** Where the second entry, the storage's, stands in the directory. */
    private int second() {
        return directory + 46 + good.getShort(directory + 28) + good.getShort(directory + 30);
    }

    private String refusal(Consumer<ByteBuffer> edit) throws IOException {
        byte[] copy = good.array().clone();
        edit.accept(ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN));
        Path file = Files.write(folder.resolve("hostile.pth"), copy);
        AllocationMeter meter = AllocationMeter.start();
        String message = assertThrows(
                        InvalidInputException.class, () -> Checkpoint.open(file).close())
                .getMessage();
        meter.requireBounded(file);
        assertTrue(message.startsWith(file.toString()), message);
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    @Test
    void sizesBeyondTheirPlaceAreRefused() throws IOException {
        assertTrue(refusal(zip -> zip.putInt(second() + 20, 0x7fffffff).putInt(second() + 24, 0x7fffffff))
                .contains("archive/data/0 claims 2147483647 bytes"));
        assertTrue(refusal(zip -> zip.putInt(second() + 20, 400).putInt(second() + 24, 400))
                .contains("archive/data/0 claims 400 bytes"));
        assertTrue(refusal(zip -> zip.putInt(second() + 20, -1).putInt(second() + 24, -1))
                .contains("claims 4294967295 bytes"));
    }

    @Test
    void entriesMayNotOverlap() throws IOException {
        assertTrue(refusal(zip -> zip.putInt(second() + 42, 0)).contains("shares its bytes"));
        assertTrue(refusal(zip -> zip.putInt(second() + 42, 10)).contains("claims"));
        assertTrue(refusal(zip -> zip.putInt(second() + 42, directory - 5)).contains("claims"));
        assertTrue(refusal(zip -> zip.putInt(second() + 42, -2)).contains("claims"));
    }

    @Test
    void headersMustAgreeWithTheDirectory() throws IOException {
        int storage = good.getInt(second() + 42);
        assertTrue(refusal(zip -> zip.putInt(storage, 7)).contains("has no header"));
        assertTrue(refusal(zip -> zip.putShort(storage + 26, (short) 3)).contains("differs"));
        assertTrue(refusal(zip -> zip.put(storage + 30, (byte) 'x')).contains("differs"));
        assertTrue(refusal(zip -> zip.putShort(storage + 28, (short) 0xffff)).contains("differs"));
        assertTrue(refusal(zip -> zip.putShort(storage + 28, (short) 1)).contains("there is room for"));
    }

    @Test
    void theDirectoryMustBeThere() throws IOException {
        assertTrue(refusal(zip -> zip.putInt(end, 0)).contains("is cut off"));
        assertTrue(refusal(zip -> zip.putInt(end + 12, 0x7ffffff0)).contains("its directory is said to be"));
        assertTrue(refusal(zip -> zip.putInt(end + 16, -2)).contains("its directory is said to be"));
        assertTrue(refusal(zip -> zip.putShort(end + 10, (short) 9999)).contains("9999 entries"));
        assertTrue(refusal(zip -> zip.putShort(end + 10, (short) 3)).contains("3 entries")
                || refusal(zip -> zip.putShort(end + 10, (short) 3)).contains("breaks off"));
        assertTrue(refusal(zip -> zip.putInt(second(), 0)).contains("breaks off"));
        assertTrue(refusal(zip -> zip.putShort(second() + 30, (short) 0xffff)).contains("breaks off"));
        assertTrue(refusal(zip -> zip.putShort(end + 4, (short) 1)).contains("several files"));
    }

    @Test
    void encryptedEntriesAndRepeatedNamesAreRefused() throws IOException {
        assertTrue(refusal(zip -> zip.putShort(second() + 8, (short) 1)).contains("compressed or encrypted"));
        int name = second() + 46;
        assertTrue(refusal(zip -> {
                    zip.putShort(second() + 28, (short) 7);
                    zip.putShort(second() + 30, (short) (good.getShort(second() + 28) - 7));
                    zip.put(name, new byte[] {'a', '/', '.', '.', '\n', '/', 'b'});
                })
                .contains("an entry is named"));
    }

    @Test
    void a64BitEndRecordMustLieInTheFile() throws IOException {
        byte[] wide = new byte[good.capacity() + 20];
        System.arraycopy(good.array(), 0, wide, 0, end);
        System.arraycopy(good.array(), end, wide, end + 20, 22);
        good = ByteBuffer.wrap(wide).order(ByteOrder.LITTLE_ENDIAN);
        good.putInt(end, 0x07064b50);
        assertTrue(refusal(zip -> zip.putLong(end + 8, Long.MAX_VALUE)).contains("64-bit end record"));
        assertTrue(refusal(zip -> zip.putLong(end + 8, -1)).contains("64-bit end record"));
        assertTrue(refusal(zip -> zip.putLong(end + 8, 0)).contains("no 64-bit end record"));
    }
}
