package org.nextscale.engine.internal.checkpoint;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, of files without reading them whole. */
public final class Digests {
    private Digests() {}

    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    public static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    /** The digest of a file's bytes, in hexadecimal. */
    public static String ofFile(Path path) {
        try (PositionalFile file = PositionalFile.open(path)) {
            MessageDigest digest = sha256();
            Chunk chunk = file.borrow();
            for (long done = 0; done < file.size(); ) {
                ByteBuffer bytes = chunk.clear((int) Math.min(file.size() - done, Chunk.BYTES));
                file.read(bytes, done);
                digest.update(bytes.flip());
                done += bytes.limit();
            }
            return hex(digest.digest());
        }
    }
}
