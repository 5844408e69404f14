package org.nextscale.model.internal.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.nextscale.api.InvalidInputException;
import org.nextscale.files.FileErrors;

/** Small files of text that people write: read whole, as UTF-8. */
public final class SmallText {
    private static final int LARGEST_FILE = 4 << 20;
    private static final char MARK = '\ufeff';

    private SmallText() {}

    /** The bytes of a file of at most 4 MB. */
    public static byte[] load(Path path) {
        if (Files.isDirectory(path)) {
            throw new InvalidInputException(path + ": is a folder, not a file");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
            if (bytes.length > LARGEST_FILE) {
                throw new InvalidInputException(path + ": is larger than the " + LARGEST_FILE + " bytes that are read");
            }
            return bytes;
        } catch (IOException e) {
            throw FileErrors.reading(path, e);
        }
    }

    /**
     * A file's text, without the mark that some editors put before it.
     *
     * @throws InvalidInputException with the number of the first line that is not UTF-8
     */
    public static String decode(Path path, byte[] bytes) {
        if (isUtf16(bytes)) {
            throw new InvalidInputException(path + ": is in UTF-16; save it as UTF-8");
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        if (decoder.decode(in, out, true).isError()) {
            long line = out.flip().chars().filter(each -> each == '\n').count() + 1;
            throw new InvalidInputException(path + ": line " + line + " is not UTF-8; save the file as UTF-8");
        }
        String text = out.flip().toString();
        return !text.isEmpty() && text.charAt(0) == MARK ? text.substring(1) : text;
    }

    /** By its mark, or by the zeros that are every other byte of Western text in it. */
    private static boolean isUtf16(byte[] bytes) {
        if (bytes.length < 2) {
            return false;
        }
        int mark = (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
        return mark == 0xfffe || mark == 0xfeff || (bytes[0] == 0) != (bytes[1] == 0);
    }
}
