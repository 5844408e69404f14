package org.nextscale.backend.cuda.internal.driver;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** Copies of any size between the host's memory and the GPU's, through a pinned buffer. They wait for the stream. */
public final class Staging implements AutoCloseable {
    private final PinnedMemory pinned;
    private final Stream stream;
    private final int bytes;

    /** @param bytes of the pinned buffer, a multiple of 4; what is larger goes through it in pieces */
    public Staging(Context context, Stream stream, int bytes) {
        this.stream = stream;
        this.bytes = bytes;
        this.pinned = context.pinned(bytes);
    }

    /** Copies bytes from position to limit; the target begins with them. */
    public void upload(ByteBuffer source, DeviceBuffer target) {
        ByteBuffer rest = source.duplicate();
        DeviceBuffer whole = target.slice(0, rest.remaining());
        for (long done = 0; done < whole.bytes(); ) {
            int length = (int) Math.min(bytes, whole.bytes() - done);
            pinned.bytes().put(rest.slice().limit(length));
            rest.position(rest.position() + length);
            stream.upload(pinned, whole.slice(done, length));
            stream.synchronize();
            done += length;
        }
    }

    /** Copies numbers from position to limit; the target begins with them. */
    public void upload(FloatBuffer source, DeviceBuffer target) {
        FloatBuffer rest = source.duplicate();
        DeviceBuffer whole = target.slice(0, (long) rest.remaining() * Float.BYTES);
        for (long done = 0; done < whole.bytes(); ) {
            int length = (int) Math.min(bytes, whole.bytes() - done);
            int count = length / Float.BYTES;
            pinned.bytes().asFloatBuffer().put(rest.slice().limit(count));
            rest.position(rest.position() + count);
            stream.upload(pinned, whole.slice(done, length));
            stream.synchronize();
            done += length;
        }
    }

    public void upload(float[] source, DeviceBuffer target) {
        upload(FloatBuffer.wrap(source), target);
    }

    /** Fills the target from position to limit with the beginning of the source. */
    public void download(DeviceBuffer source, ByteBuffer target) {
        ByteBuffer rest = target.duplicate();
        DeviceBuffer whole = source.slice(0, rest.remaining());
        for (long done = 0; done < whole.bytes(); ) {
            int length = (int) Math.min(bytes, whole.bytes() - done);
            stream.download(whole.slice(done, length), pinned);
            stream.synchronize();
            rest.put(pinned.bytes().limit(length));
            done += length;
        }
    }

    /** Fills the target from position to limit with the beginning of the source. */
    public void download(DeviceBuffer source, FloatBuffer target) {
        FloatBuffer rest = target.duplicate();
        DeviceBuffer whole = source.slice(0, (long) rest.remaining() * Float.BYTES);
        for (long done = 0; done < whole.bytes(); ) {
            int length = (int) Math.min(bytes, whole.bytes() - done);
            stream.download(whole.slice(done, length), pinned);
            stream.synchronize();
            rest.put(pinned.bytes().limit(length).asFloatBuffer());
            done += length;
        }
    }

    @Override
    public void close() {
        pinned.close();
    }
}
