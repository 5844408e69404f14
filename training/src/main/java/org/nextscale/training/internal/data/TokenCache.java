package org.nextscale.training.internal.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.nextscale.api.InvalidInputException;

/**
 * The tokens of all images in a file, so that the tokenizer runs once. Mapped into memory: as large as the disk allows.
 * Thread-safe.
 *
 * <p>The file, all numbers little-endian: {@code NXTOKENS}, version (int32), length of the header (int32), the header in
 * JSON ({@link TokenCacheContent}), a label an image (int32), the tokens {@code [images, views, tokens]} (uint16, or int32
 * for more than 65,536 codes), CRC-32C of all before it (int32). It is written by a {@link TokenCacheWriter}.
 */
public final class TokenCache {
    static final byte[] MAGIC = "NXTOKENS".getBytes(StandardCharsets.US_ASCII);
    static final int VERSION = 1;
    static final int PREFIX = 16;
    static final int SUM_BYTES = Integer.BYTES;

    /** More than any header has that was written. */
    private static final int LARGEST_HEADER = 1 << 20;

    /** Largest piece mapped at once. */
    private static final long SEGMENT = 1 << 30;

    private final Path path;
    private final TokenCacheContent content;
    private final int[] labels;
    private final ByteBuffer[] segments;
    private final int imagesPerSegment;

    private TokenCache(Path path, TokenCacheContent content, int[] labels, ByteBuffer[] segments, int perSegment) {
        this.path = path;
        this.content = content;
        this.labels = labels;
        this.segments = segments;
        this.imagesPerSegment = perSegment;
    }

    /**
     * Opens a cache and reads it through once, to compare its checksum.
     *
     * @param expected what must be in it
     * @throws InvalidInputException saying what differs, or that it is damaged, and what to do
     */
    public static TokenCache open(Path path, TokenCacheContent expected) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer prefix = read(channel, 0, PREFIX);
            byte[] magic = new byte[MAGIC.length];
            prefix.get(magic);
            if (!Arrays.equals(magic, MAGIC)) {
                throw new InvalidInputException(path + " is no token cache; name another file");
            }
            int version = prefix.getInt();
            if (version != VERSION) {
                throw unusable(path, "is of version " + version + ", this program reads " + VERSION);
            }
            int headerBytes = prefix.getInt();
            if (headerBytes < 2 || headerBytes > LARGEST_HEADER) {
                throw unusable(path, "is damaged: a header of " + headerBytes + " bytes");
            }
            TokenCacheContent content = content(path, read(channel, PREFIX, headerBytes));
            List<String> differences = expected.differences(content);
            if (!differences.isEmpty()) {
                throw unusable(path, "is of " + String.join(", ", differences));
            }
            long body = PREFIX + headerBytes + (long) content.images() * Integer.BYTES;
            requireSize(path, channel.size(), body + content.bodyBytes() + SUM_BYTES);
            requireSum(path, channel);
            int[] labels = new int[content.images()];
            read(channel, PREFIX + headerBytes, labels.length * Integer.BYTES)
                    .asIntBuffer()
                    .get(labels);
            int perSegment = (int) Math.min(
                    content.images(),
                    SEGMENT / (content.viewBytes() * content.views().size()));
            return new TokenCache(path, content, labels, map(channel, body, content, perSegment), perSegment);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(path + " does not exist", e);
        } catch (EOFException e) {
            throw unusable(path, "is cut short");
        } catch (IOException e) {
            throw new InvalidInputException(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Whether there is a file; what is in it is for {@link #open} to tell. */
    public static boolean exists(Path path) {
        return Files.exists(path);
    }

    public TokenCacheContent content() {
        return content;
    }

    /** Class of an image. */
    public int label(int image) {
        return labels[image];
    }

    /**
     * The tokens of one view of an image, scale after scale, each in row-major order.
     *
     * @param variant which of the content's views
     * @param target at least {@link TokenCacheContent#tokensPerImage} elements
     */
    public void tokens(int image, int variant, int[] target) {
        tokens(image, variant, target, 0);
    }

    /** The same, from {@code offset} of {@code target} on. */
    public void tokens(int image, int variant, int[] target, int offset) {
        int tokens = content.tokensPerImage();
        int views = content.views().size();
        if (image < 0 || image >= content.images() || variant < 0 || variant >= views) {
            throw new IndexOutOfBoundsException("image " + image + ", view " + variant);
        }
        ByteBuffer segment = segments[image / imagesPerSegment];
        int at = (int) ((image % imagesPerSegment * (long) views + variant) * content.viewBytes());
        boolean wide = content.tokenBytes() == Integer.BYTES;
        for (int i = 0; i < tokens; i++) {
            int token = wide ? segment.getInt(at + 4 * i) : segment.getShort(at + 2 * i) & 0xffff;
            if (token < 0 || token >= content.vocabulary()) {
                throw unusable(path, "is damaged: token " + token + " of a vocabulary of " + content.vocabulary());
            }
            target[offset + i] = token;
        }
    }

    private static TokenCacheContent content(Path path, ByteBuffer header) {
        try {
            return TokenCacheContent.parse(StandardCharsets.UTF_8.decode(header).toString());
        } catch (IllegalArgumentException e) {
            throw unusable(path, "is damaged: its header is none");
        }
    }

    private static void requireSize(Path path, long present, long expected) {
        if (present < expected) {
            throw unusable(path, "is cut short: " + present + " of " + expected + " bytes");
        }
        if (present > expected) {
            throw unusable(path, "is damaged: " + present + " bytes instead of " + expected);
        }
    }

    private static void requireSum(Path path, FileChannel channel) throws IOException {
        long summed = channel.size() - SUM_BYTES;
        if (sum(channel, summed) != read(channel, summed, SUM_BYTES).getInt()) {
            throw unusable(path, "is damaged: its checksum does not fit");
        }
    }

    /** CRC-32C of the first bytes of a file. */
    static int sum(FileChannel channel, long bytes) throws IOException {
        CRC32C sum = new CRC32C();
        ByteBuffer piece = ByteBuffer.allocateDirect(1 << 20);
        for (long done = 0; done < bytes; ) {
            piece.clear().limit((int) Math.min(piece.capacity(), bytes - done));
            int read = channel.read(piece, done);
            if (read < 0) {
                throw new EOFException();
            }
            sum.update(piece.flip());
            done += read;
        }
        return (int) sum.getValue();
    }

    private static ByteBuffer read(FileChannel channel, long position, int length) throws IOException {
        if (position + length > channel.size()) {
            throw new EOFException();
        }
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new EOFException();
            }
        }
        return bytes.flip();
    }

    private static ByteBuffer[] map(FileChannel channel, long body, TokenCacheContent content, int perSegment)
            throws IOException {
        long imageBytes = content.viewBytes() * content.views().size();
        ByteBuffer[] segments = new ByteBuffer[(content.images() + perSegment - 1) / perSegment];
        for (int i = 0; i < segments.length; i++) {
            long first = (long) i * perSegment;
            long length = Math.min(perSegment, content.images() - first) * imageBytes;
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, body + first * imageBytes, length);
            segments[i] = mapped.order(ByteOrder.LITTLE_ENDIAN);
        }
        return segments;
    }

    private static InvalidInputException unusable(Path path, String problem) {
        return new InvalidInputException(
                "token cache " + path + " " + problem + "; delete it to have it made anew, or name another file");
    }
}
