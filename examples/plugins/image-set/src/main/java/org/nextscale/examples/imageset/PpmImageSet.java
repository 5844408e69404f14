package org.nextscale.examples.imageset;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StreamCorruptedException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.nextscale.api.FileException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSize;
import org.nextscale.api.image.RgbImage;

/**
 * The images in one file. Only where they are is kept, so that the file may be larger than memory; each is read when it is
 * asked for, through a channel of its own, so that threads do not get in each other's way. Immutable and thread-safe.
 */
record PpmImageSet(Path path, List<Entry> entries) implements ImageSet {
    private static final int MOST_IMAGES = 10_000_000;
    private static final int SHORT_HEADER = 64;

    /** Where an image's pixels begin, and what its header says of them. */
    private record Entry(long pixels, PpmHeader header) {}

    /**
     * Goes from header to header.
     *
     * @throws InvalidInputException if anything but whole images is in the file
     */
    static PpmImageSet open(Path path) {
        List<Entry> entries = new ArrayList<>();
        try (SeekableByteChannel file = Files.newByteChannel(path)) {
            long begin = 0;
            while (begin < file.size()) {
                if (entries.size() == MOST_IMAGES) {
                    throw new StreamCorruptedException("is one too many");
                }
                PpmHeader header = PpmHeader.read(
                        new BufferedInputStream(Channels.newInputStream(file.position(begin)), SHORT_HEADER));
                Entry entry = new Entry(begin + header.length(), header);
                begin = entry.pixels() + header.pixelBytes();
                if (begin > file.size()) {
                    throw new EOFException();
                }
                entries.add(entry);
            }
        } catch (EOFException e) {
            throw new InvalidInputException(path + ": image " + entries.size() + " is cut short", e);
        } catch (StreamCorruptedException e) {
            throw new InvalidInputException(path + ": image " + entries.size() + " " + e.getMessage(), e);
        } catch (IOException e) {
            throw new FileException(path + " cannot be read: " + e.getMessage(), e);
        }
        if (entries.isEmpty()) {
            throw new InvalidInputException(path + " is empty");
        }
        return new PpmImageSet(path, List.copyOf(entries));
    }

    @Override
    public String description() {
        return path.toString();
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public List<String> classNames() {
        return List.of();
    }

    @Override
    public OptionalInt label(int index) {
        return OptionalInt.empty();
    }

    @Override
    public RgbImage image(int index) {
        Entry entry = entries.get(index);
        byte[] rgb = new byte[entry.header().pixelBytes()];
        try (SeekableByteChannel file = Files.newByteChannel(path).position(entry.pixels())) {
            new DataInputStream(Channels.newInputStream(file)).readFully(rgb);
        } catch (IOException e) {
            throw new FileException(name(index) + " cannot be read any more: " + e, e);
        }
        entry.header().toFullRange(rgb);
        return new RgbImage(entry.header().width(), entry.header().height(), rgb);
    }

    @Override
    public ImageSize imageSize(int index) {
        PpmHeader header = entries.get(index).header();
        return new ImageSize(header.width(), header.height());
    }

    @Override
    public Optional<ImageSize> commonSize() {
        ImageSize first = imageSize(0);
        boolean same = entries.stream()
                .map(Entry::header)
                .allMatch(each -> each.width() == first.width() && each.height() == first.height());
        return same ? Optional.of(first) : Optional.empty();
    }

    @Override
    public String fingerprint() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            try (InputStream file = new DigestInputStream(Files.newInputStream(path), sha256)) {
                file.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (IOException e) {
            throw new FileException(path + " cannot be read any more: " + e, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
