package org.nextscale.training.internal.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads TensorBoard's files from the description of their format: TFRecord framing, CRC-32C bit by bit, Protocol Buffers by
 * hand. Shares nothing with the writer.
 */
final class EventDecoder {
    /** What one record holds; {@code version} and {@code session} are null and 0 where there is none. */
    record Event(double time, long step, String version, long session, Map<String, Float> values) {}

    private EventDecoder() {}

    static List<Event> read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<Event> events = new ArrayList<>();
        while (bytes.hasRemaining()) {
            ByteBuffer length = bytes.slice(bytes.position(), 8).order(ByteOrder.LITTLE_ENDIAN);
            int count = (int) bytes.getLong();
            assertEquals(masked(length), bytes.getInt(), "checksum of the length");
            ByteBuffer data = bytes.slice(bytes.position(), count).order(ByteOrder.LITTLE_ENDIAN);
            bytes.position(bytes.position() + count);
            assertEquals(masked(data), bytes.getInt(), "checksum of the data");
            events.add(event(data));
        }
        return events;
    }

    private static int masked(ByteBuffer bytes) {
        int sum = ~0;
        for (int i = 0; i < bytes.limit(); i++) {
            sum ^= bytes.get(i) & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                sum = (sum & 1) != 0 ? sum >>> 1 ^ 0x82f63b78 : sum >>> 1;
            }
        }
        sum = ~sum;
        return (sum >>> 15 | sum << 17) + 0xa282ead8;
    }

    private static Event event(ByteBuffer data) {
        double time = 0;
        long step = 0;
        String version = null;
        long session = 0;
        Map<String, Float> values = new LinkedHashMap<>();
        while (data.hasRemaining()) {
            switch (data.get()) {
                case 0x09 -> time = data.getDouble();
                case 0x10 -> step = varint(data);
                case 0x1a ->
                    version = StandardCharsets.UTF_8.decode(counted(data)).toString();
                case 0x2a -> summary(counted(data), values);
                case 0x3a -> {
                    ByteBuffer log = counted(data);
                    assertEquals(0x08, log.get());
                    session = varint(log);
                }
                default -> throw new AssertionError("unknown field at " + (data.position() - 1));
            }
        }
        return new Event(time, step, version, session, values);
    }

    private static void summary(ByteBuffer data, Map<String, Float> values) {
        while (data.hasRemaining()) {
            assertEquals(0x0a, data.get());
            ByteBuffer value = counted(data);
            assertEquals(0x0a, value.get());
            String tag = StandardCharsets.UTF_8.decode(counted(value)).toString();
            assertEquals(0x15, value.get());
            values.put(tag, value.getFloat());
            assertEquals(0, value.remaining());
        }
    }

    private static ByteBuffer counted(ByteBuffer data) {
        int count = (int) varint(data);
        ByteBuffer part = data.slice(data.position(), count).order(ByteOrder.LITTLE_ENDIAN);
        data.position(data.position() + count);
        return part;
    }

    private static long varint(ByteBuffer data) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = data.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
