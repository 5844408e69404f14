package org.nextscale.checkpoint.internal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.nextscale.api.InvalidInputException;
import org.nextscale.files.FileErrors;

/**
 * A file read at positions, by any number of threads. Every failure names the file. An interrupted thread closes a {@link FileChannel} under all others: it is opened again for them.
 */
public final class PositionalFile implements AutoCloseable {
    private final Path path;
    private final long size;
    private final Queue<Chunk> chunks = new ConcurrentLinkedQueue<>();
    private FileChannel channel;
    private boolean closed;

    private PositionalFile(Path path, FileChannel channel, long size) {
        this.path = path;
        this.channel = channel;
        this.size = size;
    }

    public static PositionalFile open(Path path) {
        try {
            if (Files.isDirectory(path)) {
                throw new InvalidInputException(path + " is a folder, not a checkpoint file");
            }
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            try {
                return new PositionalFile(path, channel, channel.size());
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw FileErrors.reading(path, e);
        }
    }

    public String description() {
        return path.toString();
    }

    public Path path() {
        return path;
    }

    public long size() {
        return size;
    }

    /** An exception for this file: its name, a colon, what is wrong. */
    public InvalidInputException invalid(String problem) {
        return new InvalidInputException(description() + ": " + problem);
    }

    /** Fills {@code target} from its position to its limit with the bytes at {@code position}. */
    public void read(ByteBuffer target, long position) {
        if (position < 0 || position > size - target.remaining()) {
            throw invalid("ends at byte " + size + ", before the data at " + position + " that it should hold");
        }
        long next = position;
        while (target.hasRemaining()) {
            FileChannel current = channel();
            try {
                int count = current.read(target, next);
                if (count < 0) {
                    throw invalid("became shorter while it was read");
                }
                next += count;
            } catch (ClosedChannelException e) {
                reopen(current, e);
            } catch (IOException e) {
                throw FileErrors.reading(path, e);
            }
        }
    }

    /** The bytes of a part of the file, as an array; the part must lie in the file. */
    public byte[] bytes(long position, int length) {
        if (position < 0 || length < 0 || position > size - length) {
            throw invalid("ends at byte " + size + ", before the " + length + " bytes at " + position
                    + " that it should hold");
        }
        byte[] bytes = new byte[length];
        Chunk chunk = borrow();
        try {
            for (int done = 0; done < length; ) {
                int count = Math.min(length - done, Chunk.BYTES);
                ByteBuffer buffer = chunk.clear(count);
                read(buffer, position + done);
                buffer.flip().get(bytes, done, count);
                done += count;
            }
        } finally {
            giveBack(chunk);
        }
        return bytes;
    }

    /** Maps a part of the file, read-only. */
    ByteBuffer map(long position, int length) {
        if (position < 0 || position > size - length) {
            throw invalid("ends at byte " + size + ", before the data at " + position + " that it should hold");
        }
        while (true) {
            FileChannel current = channel();
            try {
                return current.map(FileChannel.MapMode.READ_ONLY, position, length);
            } catch (ClosedChannelException e) {
                reopen(current, e);
            } catch (IOException e) {
                throw FileErrors.reading(path, e);
            }
        }
    }

    public Chunk borrow() {
        Chunk chunk = chunks.poll();
        return chunk == null ? new Chunk() : chunk;
    }

    public void giveBack(Chunk chunk) {
        chunks.add(chunk);
    }

    private synchronized FileChannel channel() {
        if (closed) {
            throw new IllegalStateException(path + " is closed");
        }
        return channel;
    }

    private synchronized void reopen(FileChannel broken, IOException cause) {
        if (closed) {
            throw new IllegalStateException(path + " is closed");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw FileErrors.reading(path, cause);
        }
        if (channel == broken) {
            try {
                channel = opened(path, size);
            } catch (IOException e) {
                throw FileErrors.reading(path, e);
            }
        }
    }

    /** The file, if it has the size it had. */
    private static FileChannel opened(Path path, long size) throws IOException {
        FileChannel opened = FileChannel.open(path, StandardOpenOption.READ);
        try {
            if (opened.size() != size) {
                throw new InvalidInputException(path + ": was replaced while it was read");
            }
            return opened;
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            chunks.clear();
            try {
                channel.close();
            } catch (IOException e) {
                throw FileErrors.reading(path, e);
            }
        }
    }
}
