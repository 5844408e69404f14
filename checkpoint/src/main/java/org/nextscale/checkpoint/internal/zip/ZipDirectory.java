package org.nextscale.checkpoint.internal.zip;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nextscale.checkpoint.internal.storage.PositionalFile;
import org.nextscale.files.PrintableText;

/**
 * The central directory of a ZIP archive, ZIP64 included, with the place of every entry in the file. Written here because
 * {@code java.util.zip} keeps those places to itself, and tensors are read where they lie. Sizes and offsets are believed
 * only as far as they fit the file; entries may not overlap.
 */
public final class ZipDirectory {
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int END64_LOCATOR_SIGNATURE = 0x07064b50;
    private static final int END64_LOCATOR_BYTES = 20;
    private static final int END64_SIGNATURE = 0x06064b50;
    private static final int END64_BYTES = 56;
    private static final int ENTRY_SIGNATURE = 0x02014b50;
    private static final int ENTRY_BYTES = 46;
    private static final int LOCAL_SIGNATURE = 0x04034b50;
    private static final int LOCAL_BYTES = 30;
    private static final int LONGEST_COMMENT = 0xffff;
    private static final int ZIP64_EXTRA = 1;
    private static final int LARGEST_DIRECTORY = 64 << 20;
    private static final int LONGEST_NAME = 512;

    private final PositionalFile file;
    private final Map<String, ZipRecord> records = new LinkedHashMap<>();

    private ZipDirectory(PositionalFile file) {
        this.file = file;
    }

    public static ZipDirectory read(PositionalFile file) {
        ZipDirectory directory = new ZipDirectory(file);
        directory.readEntries(directory.findDirectory());
        return directory;
    }

    public Collection<ZipRecord> records() {
        return records.values();
    }

    public Optional<ZipRecord> find(String name) {
        return Optional.ofNullable(records.get(name));
    }

    /** The byte of the file at which an entry's content begins, checked to hold all of it. */
    public long dataOffset(ZipRecord record) {
        if (!record.stored()) {
            throw file.invalid("entry " + record.name() + " is compressed or encrypted; torch.save stores plainly: "
                    + "save the checkpoint again with it");
        }
        ByteBuffer header = part(record.headerOffset(), LOCAL_BYTES, "entry " + record.name());
        if (header.getInt(0) != LOCAL_SIGNATURE) {
            throw corrupt("entry " + record.name() + " has no header at byte " + record.headerOffset());
        }
        int nameLength = header.getShort(26) & 0xffff;
        int extraLength = header.getShort(28) & 0xffff;
        byte[] name = record.name().getBytes(StandardCharsets.UTF_8);
        long data = record.headerOffset() + LOCAL_BYTES + nameLength + extraLength;
        if (nameLength != name.length
                || data > record.limit()
                || !Arrays.equals(name, file.bytes(record.headerOffset() + LOCAL_BYTES, nameLength))) {
            throw corrupt("entry " + record.name() + " differs between its header and the archive's directory");
        }
        if (record.size() > record.limit() - data) {
            throw corrupt("entry " + record.name() + " claims " + record.size() + " bytes, there is room for "
                    + (record.limit() - data));
        }
        return data;
    }

    /** Where the central directory lies: its first byte, its length, its number of entries. */
    private record Extent(long offset, int bytes, long entries) {}

    private Extent findDirectory() {
        int tail = (int) Math.min(file.size(), END_BYTES + LONGEST_COMMENT);
        ByteBuffer bytes = part(file.size() - tail, tail, "the end of the archive");
        int at = tail - END_BYTES;
        while (at >= 0
                && !(bytes.getInt(at) == END_SIGNATURE
                        && (bytes.getShort(at + 20) & 0xffff) == tail - END_BYTES - at)) {
            at--;
        }
        if (at < 0) {
            throw file.invalid("is cut off or no ZIP archive: the directory at its end is missing "
                    + "(was the download complete?)");
        }
        long end = file.size() - tail + at;
        long disks = (bytes.getInt(at + 4) & 0xffffffffL);
        long entries = bytes.getShort(at + 10) & 0xffff;
        long size = bytes.getInt(at + 12) & 0xffffffffL;
        long offset = bytes.getInt(at + 16) & 0xffffffffL;
        long limit = end;
        if (end >= END64_LOCATOR_BYTES) {
            ByteBuffer locator = part(end - END64_LOCATOR_BYTES, END64_LOCATOR_BYTES, "the end of the archive");
            if (locator.getInt(0) == END64_LOCATOR_SIGNATURE) {
                limit = locator.getLong(8);
                if (limit < 0 || limit > end - END64_LOCATOR_BYTES - END64_BYTES) {
                    throw corrupt("the 64-bit end record is said to lie at byte " + limit);
                }
                ByteBuffer end64 = part(limit, END64_BYTES, "the end of the archive");
                if (end64.getInt(0) != END64_SIGNATURE) {
                    throw corrupt("there is no 64-bit end record at byte " + limit);
                }
                disks = end64.getInt(16) | end64.getInt(20);
                entries = end64.getLong(32);
                size = end64.getLong(40);
                offset = end64.getLong(48);
            }
        }
        if (disks != 0) {
            throw corrupt("it is split over several files");
        }
        if (size < 0 || offset < 0 || offset > limit || size > limit - offset) {
            throw corrupt("its directory is said to be " + size + " bytes at " + offset);
        }
        if (size > LARGEST_DIRECTORY || entries < 0 || entries > size / ENTRY_BYTES) {
            throw corrupt("its directory of " + size + " bytes is said to have " + entries + " entries");
        }
        return new Extent(offset, (int) size, entries);
    }

    private void readEntries(Extent extent) {
        ByteBuffer directory = part(extent.offset(), extent.bytes(), "the archive's directory");
        List<ZipRecord> found = new ArrayList<>();
        for (long i = 0; i < extent.entries(); i++) {
            found.add(entry(directory));
        }
        long[] starts =
                found.stream().mapToLong(ZipRecord::headerOffset).sorted().toArray();
        for (ZipRecord each : found) {
            int next = Arrays.binarySearch(starts, each.headerOffset()) + 1;
            if (next < starts.length && starts[next] == each.headerOffset()
                    || next > 1 && starts[next - 2] == each.headerOffset()) {
                throw corrupt("entry " + each.name() + " shares its bytes with another");
            }
            long limit = next < starts.length ? starts[next] : extent.offset();
            if (each.headerOffset() < 0
                    || each.size() < 0
                    || each.headerOffset() > limit - LOCAL_BYTES
                    || each.size() > limit - LOCAL_BYTES - each.headerOffset()) {
                throw corrupt("entry " + each.name() + " claims " + each.size() + " bytes at " + each.headerOffset()
                        + ", more than lie there");
            }
            ZipRecord bounded =
                    new ZipRecord(each.name(), each.stored(), each.crc(), each.size(), each.headerOffset(), limit);
            if (records.put(each.name(), bounded) != null) {
                throw corrupt("entry " + each.name() + " occurs twice");
            }
        }
    }

    private ZipRecord entry(ByteBuffer directory) {
        int at = directory.position();
        if (directory.remaining() < ENTRY_BYTES || directory.getInt(at) != ENTRY_SIGNATURE) {
            throw corrupt("its directory breaks off after " + at + " bytes");
        }
        int flags = directory.getShort(at + 8);
        int method = directory.getShort(at + 10);
        int crc = directory.getInt(at + 16);
        long packed = directory.getInt(at + 20) & 0xffffffffL;
        long size = directory.getInt(at + 24) & 0xffffffffL;
        int nameLength = directory.getShort(at + 28) & 0xffff;
        int extraLength = directory.getShort(at + 30) & 0xffff;
        int commentLength = directory.getShort(at + 32) & 0xffff;
        long offset = directory.getInt(at + 42) & 0xffffffffL;
        if (directory.remaining() - ENTRY_BYTES < nameLength + extraLength + commentLength) {
            throw corrupt("its directory breaks off after " + at + " bytes");
        }
        if (nameLength > LONGEST_NAME) {
            throw corrupt("an entry's name is " + nameLength + " bytes long");
        }
        String name = new String(
                directory.array(), directory.arrayOffset() + at + ENTRY_BYTES, nameLength, StandardCharsets.UTF_8);
        if (!PrintableText.isName(name)) {
            throw corrupt("an entry is named \"" + PrintableText.printable(name) + "\"");
        }
        ByteBuffer extra =
                directory.slice(at + ENTRY_BYTES + nameLength, extraLength).order(ByteOrder.LITTLE_ENDIAN);
        while (extra.remaining() >= 4) {
            int id = extra.getShort() & 0xffff;
            int length = extra.getShort() & 0xffff;
            if (length > extra.remaining()) {
                break;
            }
            if (id == ZIP64_EXTRA) {
                ByteBuffer wide = extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
                size = wide(size, wide, name);
                packed = wide(packed, wide, name);
                offset = wide(offset, wide, name);
            }
            extra.position(extra.position() + length);
        }
        directory.position(at + ENTRY_BYTES + nameLength + extraLength + commentLength);
        boolean stored = method == 0 && (flags & 1) == 0 && packed == size;
        return new ZipRecord(name, stored, crc, stored ? size : packed, offset, 0);
    }

    private long wide(long narrow, ByteBuffer extra, String name) {
        if (narrow != 0xffffffffL) {
            return narrow;
        }
        if (extra.remaining() < Long.BYTES) {
            throw corrupt("entry " + name + " lacks its 64-bit sizes");
        }
        return extra.getLong();
    }

    private ByteBuffer part(long offset, int length, String what) {
        if (offset < 0 || offset > file.size() - length) {
            throw corrupt(what + " would lie beyond the file's " + file.size() + " bytes");
        }
        return ByteBuffer.wrap(file.bytes(offset, length)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private RuntimeException corrupt(String problem) {
        return file.invalid("is a corrupt ZIP archive: " + problem);
    }
}
