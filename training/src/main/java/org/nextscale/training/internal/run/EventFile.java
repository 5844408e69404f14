package org.nextscale.training.internal.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Scalars for TensorBoard: records of TensorFlow's TFRecord format (length, its masked CRC-32C, data, its masked CRC-32C), in
 * each an {@code Event} message (tensorflow/core/util/event.proto) with a {@code Summary} of simple values. Every process
 * writes a file of its own, and says at which step it begins: what earlier files have from there on is passed over by
 * TensorBoard. Not thread-safe.
 */
final class EventFile implements AutoCloseable {
    private static final String PREFIX = "events.out.tfevents.";
    private static final String VERSION = "brain.Event:2";
    private static final int MASK = 0xa282ead8;
    private static final int SESSION_START = 1;

    private final Path path;
    private final OutputStream out;

    private EventFile(Path path, OutputStream out) {
        this.path = path;
        this.out = out;
    }

    /**
     * Begins a file.
     *
     * @param firstStep the first step it will hold
     */
    static EventFile create(Path folder, long firstStep) throws IOException {
        EventFile file = create(folder);
        try {
            Message version = new Message().real(1, now()).text(3, VERSION);
            file.append(version);
            file.append(new Message()
                    .real(1, now())
                    .number(2, firstStep)
                    .message(7, new Message().number(1, SESSION_START)));
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static EventFile create(Path folder) throws IOException {
        String name = PREFIX + Instant.now().getEpochSecond() + "." + host() + "."
                + ProcessHandle.current().pid();
        for (int attempt = 0; ; attempt++) {
            Path path = folder.resolve(name + "." + attempt);
            try {
                return new EventFile(
                        path, Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
            } catch (FileAlreadyExistsException e) {
                // Of this process and second; the next name is free.
            }
        }
    }

    /** As the system's environment has it: asking the network would take its time. */
    private static String host() {
        return Optional.ofNullable(System.getenv("HOSTNAME"))
                .or(() -> Optional.ofNullable(System.getenv("COMPUTERNAME")))
                .map(each -> each.replaceAll("[^A-Za-z0-9-]", "-"))
                .filter(each -> !each.isEmpty())
                .orElse("localhost");
    }

    Path path() {
        return path;
    }

    /** Adds the values of a step, by name. */
    void add(long step, Map<String, Double> values) throws IOException {
        Message summary = new Message();
        values.forEach(
                (name, value) -> summary.message(1, new Message().text(1, name).real(2, value.floatValue())));
        append(new Message().real(1, now()).number(2, step).message(5, summary));
    }

    private void append(Message event) throws IOException {
        byte[] data = event.bytes();
        byte[] length = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length)
                .array();
        ByteBuffer record = ByteBuffer.allocate(length.length + data.length + 2 * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        record.put(length).putInt(maskedSum(length)).put(data).putInt(maskedSum(data));
        out.write(record.array());
    }

    private static int maskedSum(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return Integer.rotateRight((int) sum.getValue(), 15) + MASK;
    }

    private static double now() {
        return System.currentTimeMillis() / 1000.0;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** A message in Protocol Buffers' encoding, field after field. */
    private static final class Message {
        private static final int VARINT = 0;
        private static final int EIGHT_BYTES = 1;
        private static final int COUNTED = 2;
        private static final int FOUR_BYTES = 5;

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        byte[] bytes() {
            return bytes.toByteArray();
        }

        Message number(int field, long value) {
            varint(field << 3 | VARINT);
            varint(value);
            return this;
        }

        Message real(int field, double value) {
            varint(field << 3 | EIGHT_BYTES);
            little(Double.doubleToLongBits(value), Double.BYTES);
            return this;
        }

        Message real(int field, float value) {
            varint(field << 3 | FOUR_BYTES);
            little(Float.floatToIntBits(value), Float.BYTES);
            return this;
        }

        Message text(int field, String value) {
            return counted(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return counted(field, value.bytes());
        }

        private Message counted(int field, byte[] value) {
            varint(field << 3 | COUNTED);
            varint(value.length);
            bytes.writeBytes(value);
            return this;
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                bytes.write((int) (rest & 0x7f | 0x80));
                rest >>>= 7;
            }
            bytes.write((int) rest);
        }

        private void little(long value, int count) {
            for (int i = 0; i < count; i++) {
                bytes.write((int) (value >>> 8 * i));
            }
        }
    }
}
