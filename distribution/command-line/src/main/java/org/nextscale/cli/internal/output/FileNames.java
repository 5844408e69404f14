package org.nextscale.cli.internal.output;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.nextscale.api.generation.GeneratedImage;

/** Names of files that say what is in them. */
public final class FileNames {
    private static final int LONGEST = 60;

    private FileNames() {}

    /** {@code 0003-ankle-boot.png}: number of the image, then its class. */
    static String ofImage(GeneratedImage image) {
        String name = image.provenance().className();
        return String.format(Locale.ROOT, "%04d", image.number()) + (name.isEmpty() ? "" : "-" + plain(name)) + ".png";
    }

    /** {@code ankle-boot-seed0}, or {@code nextscale-seed0} for several classes or none. */
    public static String ofRequest(List<String> classNames, long seed) {
        List<String> different = classNames.stream().distinct().toList();
        String what = different.size() == 1 ? plain(different.get(0)) : "nextscale";
        return what + "-seed" + seed;
    }

    /** The name of a file without folder and ending, so that what is made of it can be named after it. */
    public static String ofFile(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? name : name.substring(0, dot);
    }

    /** Lower-case words joined by hyphens, of letters and digits every file system takes. */
    public static String plain(String name) {
        StringBuilder plain = new StringBuilder();
        for (char c : name.toLowerCase(Locale.ROOT).toCharArray()) {
            if (c >= 'a' && c <= 'z' || c >= '0' && c <= '9') {
                plain.append(c);
            } else if (!plain.isEmpty() && plain.charAt(plain.length() - 1) != '-') {
                plain.append('-');
            }
            if (plain.length() == LONGEST) {
                break;
            }
        }
        while (!plain.isEmpty() && plain.charAt(plain.length() - 1) == '-') {
            plain.setLength(plain.length() - 1);
        }
        return plain.isEmpty() ? "image" : plain.toString();
    }
}
