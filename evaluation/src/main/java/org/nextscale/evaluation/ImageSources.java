package org.nextscale.evaluation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.nextscale.api.InvalidInputException;
import org.nextscale.evaluation.internal.FolderImages;
import org.nextscale.evaluation.internal.IdxImages;
import org.nextscale.evaluation.internal.NpzImages;

/** Opens images in files, by what is in them. */
public final class ImageSources {
    private ImageSources() {}

    /**
     * A folder of PNG and JPEG files, in folders by class or not; an {@code .npz} of numpy with {@code arr_0}; an IDX file,
     * gzipped or not.
     *
     * @param side pixels along an edge of the images wanted: pictures are cropped to the square in the middle and resized,
     *     IDX images padded with black, and an {@code .npz} must have them; empty for the size of the first image
     * @throws InvalidInputException if there are no images there
     */
    public static ImageSource open(Path path, OptionalInt side) {
        if (Files.isDirectory(path)) {
            return FolderImages.open(path, side);
        }
        if (!Files.isReadable(path)) {
            throw new InvalidInputException(
                    path + (Files.exists(path) ? " cannot be read: no permission" : " does not exist"));
        }
        byte[] start = start(path);
        if (start.length >= 2 && start[0] == 'P' && start[1] == 'K') {
            return NpzImages.open(path, side);
        }
        if (IdxImages.looksLike(start)) {
            return IdxImages.open(path, side);
        }
        throw new InvalidInputException(path + " holds no images that can be read here: a folder of PNG and JPEG files,"
                + " an .npz with arr_0, or an IDX file is needed");
    }

    private static byte[] start(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            return in.readNBytes(4);
        } catch (IOException e) {
            throw new InvalidInputException(path + " cannot be read: " + e.getMessage(), e);
        }
    }
}
