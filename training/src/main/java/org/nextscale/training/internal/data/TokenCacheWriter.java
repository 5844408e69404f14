package org.nextscale.training.internal.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.BitSet;
import org.nextscale.api.TrainingException;
import org.nextscale.files.WholeFile;
import org.nextscale.training.internal.run.DiskRoom;

/**
 * Writes a {@link TokenCache}, in any order. The file is there when it is committed; closing a writer that was not leaves
 * nothing behind. Not thread-safe.
 */
public final class TokenCacheWriter implements AutoCloseable {
    private final Path target;
    private final TokenCacheContent content;
    private final WholeFile file;
    private final FileChannel channel;
    private final long body;
    private final BitSet present;
    private final ByteBuffer view;

    private TokenCacheWriter(Path target, TokenCacheContent content, WholeFile file, FileChannel channel, long body) {
        this.target = target;
        this.content = content;
        this.file = file;
        this.channel = channel;
        this.body = body;
        this.present = new BitSet(content.images() * content.views().size());
        this.view = ByteBuffer.allocateDirect((int) content.viewBytes()).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Begins a file.
     *
     * @param labels one an image
     * @throws TrainingException if it cannot be written
     * @throws org.nextscale.api.FileException if the disk has no room for it
     */
    public static TokenCacheWriter create(Path target, TokenCacheContent content, int[] labels) {
        if (labels.length != content.images()) {
            throw new IllegalArgumentException(labels.length + " labels for " + content.images() + " images");
        }
        byte[] header = content.toJson().getBytes(StandardCharsets.UTF_8);
        ByteBuffer start = ByteBuffer.allocate(TokenCache.PREFIX + header.length + labels.length * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        start.put(TokenCache.MAGIC)
                .putInt(TokenCache.VERSION)
                .putInt(header.length)
                .put(header);
        start.asIntBuffer().put(labels);
        start.rewind();
        Path folder = target.toAbsolutePath().getParent();
        DiskRoom.require(
                folder, start.limit() + content.bodyBytes() + TokenCache.SUM_BYTES, "the tokens of all images");
        try {
            WholeFile file = new WholeFile(target);
            FileChannel channel = file.open();
            TokenCacheWriter writer = new TokenCacheWriter(target, content, file, channel, start.limit());
            try {
                writer.write(start, 0);
                return writer;
            } catch (IOException e) {
                writer.close();
                throw e;
            }
        } catch (IOException e) {
            throw failure(target, e);
        }
    }

    /**
     * Sets the tokens of one view of an image.
     *
     * @param tokens scale after scale, each in row-major order; from {@code offset} on
     */
    public void put(int image, int variant, int[] tokens, int offset) {
        int views = content.views().size();
        if (image < 0 || image >= content.images() || variant < 0 || variant >= views) {
            throw new IndexOutOfBoundsException("image " + image + ", view " + variant);
        }
        view.clear();
        for (int i = 0; i < content.tokensPerImage(); i++) {
            int token = tokens[offset + i];
            if (token < 0 || token >= content.vocabulary()) {
                throw new IllegalArgumentException("token " + token + " of a vocabulary of " + content.vocabulary());
            }
            if (content.tokenBytes() == Integer.BYTES) {
                view.putInt(token);
            } else {
                view.putShort((short) token);
            }
        }
        int index = image * views + variant;
        try {
            write(view.flip(), body + index * content.viewBytes());
        } catch (IOException e) {
            throw failure(target, e);
        }
        present.set(index);
    }

    /**
     * Gives the file its name, replacing one that is there.
     *
     * @throws IllegalStateException if tokens are missing
     */
    public void commit() {
        int expected = content.images() * content.views().size();
        if (present.cardinality() != expected) {
            throw new IllegalStateException(present.cardinality() + " of " + expected + " views were given; image "
                    + present.nextClearBit(0) / content.views().size() + " is the first one missing");
        }
        try {
            long end = body + content.bodyBytes();
            ByteBuffer sum = ByteBuffer.allocate(TokenCache.SUM_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            write(sum.putInt(TokenCache.sum(channel, end)).flip(), end);
            channel.close();
            file.finish();
        } catch (IOException e) {
            throw failure(target, e);
        }
    }

    private void write(ByteBuffer bytes, long position) throws IOException {
        long next = position;
        while (bytes.hasRemaining()) {
            next += channel.write(bytes, next);
        }
    }

    private static TrainingException failure(Path target, IOException e) {
        return new TrainingException(
                "token cache " + target + " cannot be written: " + e.getMessage() + "; nothing of it is kept", e);
    }

    @Override
    public void close() {
        try (channel;
                file) {
            // Both are closed; what was not committed is deleted.
        } catch (IOException e) {
            throw failure(target, e);
        }
    }
}
