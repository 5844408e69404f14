package org.nextscale.checkpoint.internal.zip;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.zip.CRC32;
import org.nextscale.checkpoint.internal.output.TensorStream;

/**
 * A ZIP archive of uncompressed records, laid out as PyTorch does: the bytes of each begin at a multiple of 64, behind an
 * extra field of that length, so that readers can map them. Lengths are known before anything is written. Archives and
 * records of 4 GB and more have the fields of ZIP64, smaller ones have not.
 */
public final class StoredZip {
    private static final int ALIGNMENT = 64;
    private static final int LOCAL_BYTES = 30;
    private static final int CRC_OFFSET = 14;
    private static final int ENTRY_BYTES = 46;
    private static final int END_BYTES = 22;
    private static final int END64_BYTES = 56;
    private static final int LOCATOR64_BYTES = 20;
    private static final int EXTRA_HEADER = 4;
    private static final int MOST_RECORDS = 0xffff;
    private static final long LARGEST = 0xffffffffL;
    private static final short PLAIN_VERSION = 20;
    private static final short VERSION64 = 45;
    private static final short FIRST_OF_1980 = 0x21;
    /** The extra field that fills up, as PyTorch names it: "FB". */
    private static final short FILLER = 0x4246;

    private final List<Item> items;
    private final long limit;
    private final long[] offsets;
    private final long directory;
    private final long directoryBytes;

    /** Writes a record's bytes, as many as were announced. */
    @FunctionalInterface
    public interface Content {
        void pour(TensorStream.Sink sink) throws IOException;
    }

    /** A record; its name is ASCII. */
    public record Item(String name, long size, Content content) {

        public static Item of(String name, byte[] content) {
            return new Item(name, content.length, sink -> sink.append(ByteBuffer.wrap(content)));
        }
    }

    public StoredZip(List<Item> items) {
        this(items, LARGEST);
    }

    /** @param limit lengths and places from here on are written in ZIP64's fields */
    public StoredZip(List<Item> items, long limit) {
        this.items = List.copyOf(items);
        this.limit = limit;
        this.offsets = new long[items.size()];
        long position = 0;
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = position;
            position = begin(i) + items.get(i).size();
        }
        directory = position;
        long length = 0;
        for (int i = 0; i < offsets.length; i++) {
            length += ENTRY_BYTES + items.get(i).name().length() + entryExtra(i);
        }
        directoryBytes = length;
    }

    /** Bytes of the whole file. */
    public long bytes() {
        return directory + directoryBytes + (is64() ? END64_BYTES + LOCATOR64_BYTES : 0) + END_BYTES;
    }

    private boolean is64() {
        return directory >= limit || directoryBytes >= limit || items.size() >= MOST_RECORDS;
    }

    private boolean large(int item) {
        return items.get(item).size() >= limit;
    }

    private boolean far(int item) {
        return offsets[item] >= limit;
    }

    private int localExtra(int item) {
        return large(item) ? EXTRA_HEADER + 2 * Long.BYTES : 0;
    }

    private int entryExtra(int item) {
        int values = (large(item) ? 2 : 0) + (far(item) ? 1 : 0);
        return values == 0 ? 0 : EXTRA_HEADER + values * Long.BYTES;
    }

    /** The file's byte at which the content of a record begins. */
    private long begin(int item) {
        long unaligned =
                offsets[item] + LOCAL_BYTES + items.get(item).name().length() + localExtra(item) + EXTRA_HEADER;
        return unaligned + Math.floorMod(-unaligned, ALIGNMENT);
    }

    /** Writes the archive from the beginning of the file; {@code progress} is told the bytes written so far. */
    public void write(FileChannel file, LongConsumer progress) throws IOException {
        int[] crcs = new int[offsets.length];
        for (int i = 0; i < crcs.length; i++) {
            append(file, local(i), offsets[i]);
            crcs[i] = content(file, i, progress);
            ByteBuffer crc = little(Integer.BYTES).putInt(crcs[i]).flip();
            append(file, crc, offsets[i] + CRC_OFFSET);
        }
        append(file, directory(crcs), directory);
        progress.accept(bytes());
    }

    private int content(FileChannel file, int item, LongConsumer progress) throws IOException {
        CRC32 crc = new CRC32();
        long begin = begin(item);
        long[] written = {0};
        items.get(item).content().pour(piece -> {
            crc.update(piece.duplicate());
            int length = piece.remaining();
            append(file, piece, begin + written[0]);
            written[0] += length;
            progress.accept(begin + written[0]);
        });
        if (written[0] != items.get(item).size()) {
            throw new IllegalStateException(items.get(item).name() + " has " + written[0] + " bytes, announced were "
                    + items.get(item).size());
        }
        return (int) crc.getValue();
    }

    private ByteBuffer local(int item) {
        byte[] name = name(item);
        int length = (int) (begin(item) - offsets[item]);
        ByteBuffer header = little(length);
        header.putInt(0x04034b50).putShort(large(item) ? VERSION64 : PLAIN_VERSION);
        common(header, item, 0);
        header.putShort((short) (length - LOCAL_BYTES - name.length)).put(name);
        if (large(item)) {
            extra64(header, item, false);
        }
        int filler = header.remaining() - EXTRA_HEADER;
        header.putShort(FILLER).putShort((short) filler);
        while (header.hasRemaining()) {
            header.put((byte) 'Z');
        }
        return header.flip();
    }

    /** What a record's header and its entry in the directory have in common, from the flags to the name's length. */
    private void common(ByteBuffer header, int item, int crc) {
        header.putShort((short) 0).putShort((short) 0).putShort((short) 0).putShort(FIRST_OF_1980);
        int size = large(item) ? -1 : (int) items.get(item).size();
        header.putInt(crc).putInt(size).putInt(size).putShort((short) name(item).length);
    }

    private void extra64(ByteBuffer header, int item, boolean withPlace) {
        int values = (large(item) ? 2 : 0) + (withPlace ? 1 : 0);
        header.putShort((short) 1).putShort((short) (values * Long.BYTES));
        if (large(item)) {
            header.putLong(items.get(item).size()).putLong(items.get(item).size());
        }
        if (withPlace) {
            header.putLong(offsets[item]);
        }
    }

    private ByteBuffer directory(int[] crcs) {
        ByteBuffer bytes = little(Math.toIntExact(bytes() - directory));
        for (int i = 0; i < crcs.length; i++) {
            short version = entryExtra(i) > 0 ? VERSION64 : PLAIN_VERSION;
            bytes.putInt(0x02014b50).putShort(version).putShort(version);
            common(bytes, i, crcs[i]);
            bytes.putShort((short) entryExtra(i)).putShort((short) 0).putShort((short) 0);
            bytes.putShort((short) 0).putInt(0).putInt(far(i) ? -1 : (int) offsets[i]);
            bytes.put(name(i));
            if (entryExtra(i) > 0) {
                extra64(bytes, i, far(i));
            }
        }
        if (is64()) {
            bytes.putInt(0x06064b50).putLong(END64_BYTES - 12);
            bytes.putShort(VERSION64).putShort(VERSION64).putInt(0).putInt(0);
            bytes.putLong(items.size()).putLong(items.size());
            bytes.putLong(directoryBytes).putLong(directory);
            bytes.putInt(0x07064b50)
                    .putInt(0)
                    .putLong(directory + directoryBytes)
                    .putInt(1);
        }
        short count = (short) Math.min(items.size(), MOST_RECORDS);
        bytes.putInt(0x06054b50).putInt(0).putShort(count).putShort(count);
        bytes.putInt(directoryBytes >= limit ? -1 : (int) directoryBytes);
        bytes.putInt(directory >= limit ? -1 : (int) directory);
        return bytes.putShort((short) 0).flip();
    }

    private byte[] name(int item) {
        return items.get(item).name().getBytes(StandardCharsets.US_ASCII);
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void append(FileChannel file, ByteBuffer piece, long position) throws IOException {
        long at = position;
        while (piece.hasRemaining()) {
            at += file.write(piece, at);
        }
    }
}
