package org.nextscale.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of bytes, numbers and texts in the order they are added. Not thread-safe. */
public final class Sha256 {
    private static final int PIECE = 1 << 18;

    private final MessageDigest digest;

    public Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** The digest of a file's bytes in hexadecimal, without holding it whole. Exceptions as for {@link FileErrors#reading}. */
    public static String ofFile(Path file) {
        Sha256 sum = new Sha256();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] piece = new byte[PIECE];
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                sum.digest.update(piece, 0, read);
            }
        } catch (IOException e) {
            throw FileErrors.reading(file, e);
        }
        return sum.hex();
    }

    /** The digest of some bytes in hexadecimal. */
    public static String of(byte[] bytes) {
        return new Sha256().add(bytes).hex();
    }

    public Sha256 add(byte[] bytes) {
        digest.update(bytes);
        return this;
    }

    /** What is left in a buffer, which ends up at its limit. */
    public Sha256 add(ByteBuffer bytes) {
        digest.update(bytes);
        return this;
    }

    /** A number as eight bytes, the highest first. */
    public Sha256 add(long number) {
        return add(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
    }

    /** A text, told apart from what comes before and after it. */
    public Sha256 add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return add(bytes.length).add(bytes);
    }

    /** The sum as bytes; ends it. */
    public byte[] bytes() {
        return digest.digest();
    }

    /** The sum in hexadecimal; ends it. */
    public String hex() {
        return HexFormat.of().formatHex(bytes());
    }
}
