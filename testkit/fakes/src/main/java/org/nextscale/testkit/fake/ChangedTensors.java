package org.nextscale.testkit.fake;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Copies a safetensors file with one value of some tensors changed, for checks that must notice. Reads the format by itself. */
public final class ChangedTensors {
    private ChangedTensors() {}

    /**
     * Copies it.
     *
     * @param changes what is added to the middle element of a tensor, by its name; integers flip their lowest bit instead
     */
    public static void copy(Path from, Path to, Map<String, Float> changes) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(from)).order(ByteOrder.LITTLE_ENDIAN);
        int headerLength = (int) bytes.getLong(0);
        String header = new String(bytes.array(), Long.BYTES, headerLength, StandardCharsets.UTF_8);
        for (Map.Entry<String, Float> change : changes.entrySet()) {
            Matcher tensor = Pattern.compile("\"" + Pattern.quote(change.getKey())
                            + "\"\\s*:\\s*\\{[^}]*\"dtype\"\\s*:\\s*\"(\\w+)\"[^}]*\"data_offsets\"\\s*:\\s*"
                            + "\\[\\s*(\\d+)\\s*,\\s*(\\d+)")
                    .matcher(header);
            if (!tensor.find()) {
                throw new IllegalArgumentException(from + " has no tensor " + change.getKey());
            }
            int begin = Long.BYTES + headerLength + Integer.parseInt(tensor.group(2));
            int end = Long.BYTES + headerLength + Integer.parseInt(tensor.group(3));
            int middle = begin + (end - begin) / (2 * Float.BYTES) * Float.BYTES;
            switch (tensor.group(1)) {
                case "F32" -> bytes.putFloat(middle, bytes.getFloat(middle) + change.getValue());
                case "I32" -> bytes.putInt(middle, bytes.getInt(middle) ^ 1);
                default -> bytes.put(begin, (byte) (bytes.get(begin) ^ 1));
            }
        }
        Files.write(to, bytes.array());
    }
}
