package org.nextscale.backend.onnx.internal.export;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** JSON text of maps, lists, texts, numbers and truth values; a list of plain values is one line. */
final class JsonText {
    private JsonText() {}

    static String text(Object value) {
        StringBuilder text = new StringBuilder();
        write(value, "\n", text);
        return text.toString();
    }

    private static void write(Object value, String newLine, StringBuilder text) {
        String inner = newLine + "  ";
        if (value instanceof Map<?, ?> map) {
            text.append('{');
            for (Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator(); entries.hasNext(); ) {
                Map.Entry<?, ?> entry = entries.next();
                text.append(inner)
                        .append(quoted(String.valueOf(entry.getKey())))
                        .append(": ");
                write(entry.getValue(), inner, text);
                text.append(entries.hasNext() ? "," : newLine);
            }
            text.append('}');
        } else if (value instanceof List<?> list) {
            boolean nested = list.stream().anyMatch(each -> each instanceof Map || each instanceof List);
            text.append('[');
            for (int i = 0; i < list.size(); i++) {
                text.append(i == 0 ? "" : nested ? "," : ", ").append(nested ? inner : "");
                write(list.get(i), inner, text);
            }
            text.append(nested ? newLine : "").append(']');
        } else {
            text.append(value instanceof Number || value instanceof Boolean ? value : quoted(String.valueOf(value)));
        }
    }

    private static String quoted(String text) {
        return text.chars()
                .mapToObj(c -> c == '"' || c == '\\'
                        ? "\\" + (char) c
                        : c < ' ' ? String.format(Locale.ROOT, "\\u%04x", c) : String.valueOf((char) c))
                .collect(Collectors.joining("", "\"", "\""));
    }
}
