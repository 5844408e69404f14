package org.nextscale.engine.verify;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Copies a safetensors file with one value of some tensors changed. Reads the format by itself, apart from the reader. */
final class ChangedTensors {
    private ChangedTensors() {}

    /**
     * @param changes what is added to the middle element of a tensor; integers flip their lowest bit instead
     */
    static void copy(Path from, Path to, Map<String, Float> changes) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(from)).order(ByteOrder.LITTLE_ENDIAN);
        int headerLength = (int) bytes.getLong(0);
        JsonObject header = JsonParser.parseString(new String(bytes.array(), 8, headerLength, StandardCharsets.UTF_8))
                .getAsJsonObject();
        for (Map.Entry<String, Float> change : changes.entrySet()) {
            JsonObject tensor = header.getAsJsonObject(change.getKey());
            int begin = 8
                    + headerLength
                    + tensor.getAsJsonArray("data_offsets").get(0).getAsInt();
            int end = 8
                    + headerLength
                    + tensor.getAsJsonArray("data_offsets").get(1).getAsInt();
            int middle = begin + (end - begin) / 8 * 4;
            switch (tensor.get("dtype").getAsString()) {
                case "F32" -> bytes.putFloat(middle, bytes.getFloat(middle) + change.getValue());
                case "I32" -> bytes.putInt(middle, bytes.getInt(middle) ^ 1);
                default -> bytes.put(begin, (byte) (bytes.get(begin) ^ 1));
            }
        }
        Files.write(to, bytes.array());
    }
}
