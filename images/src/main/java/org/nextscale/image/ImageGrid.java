package org.nextscale.image;

import java.util.Arrays;
import java.util.List;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.RgbImage;

/** Images of one size laid out in rows and columns, with a white gap between them. */
public final class ImageGrid {
    private static final int GAP = 2;
    private static final long MOST_BYTES = Integer.MAX_VALUE - 8L;

    private ImageGrid() {}

    /**
     * Puts images into rows from left to right, top to bottom.
     *
     * @param columns images a row
     * @throws InvalidInputException if the result would be larger than one array can hold
     */
    public static RgbImage compose(List<RgbImage> images, int columns) {
        int across = Math.min(columns, images.size());
        int rows = (images.size() + columns - 1) / columns;
        int tileWidth = images.get(0).width();
        int tileHeight = images.get(0).height();
        long width = (long) across * (tileWidth + GAP) - GAP;
        long height = (long) rows * (tileHeight + GAP) - GAP;
        if (3 * width * height > MOST_BYTES) {
            throw new InvalidInputException("a grid of " + images.size() + " images of " + tileWidth + " x "
                    + tileHeight + " pixels is too large for one file: write them to a folder");
        }
        byte[] rgb = new byte[(int) (3 * width * height)];
        Arrays.fill(rgb, (byte) 255);
        for (int i = 0; i < images.size(); i++) {
            RgbImage image = images.get(i);
            if (image.width() != tileWidth || image.height() != tileHeight) {
                throw new IllegalArgumentException("image " + i + " differs in size from the first");
            }
            int left = i % columns * (tileWidth + GAP);
            int top = i / columns * (tileHeight + GAP);
            for (int y = 0; y < tileHeight; y++) {
                System.arraycopy(
                        image.rgb(), y * tileWidth * 3, rgb, (int) (((top + y) * width + left) * 3), tileWidth * 3);
            }
        }
        return new RgbImage((int) width, (int) height, rgb);
    }

    /** Columns that make a pleasing rectangle of {@code count} images: near square, few empty places, rather wide. */
    public static int columns(int count) {
        int root = (int) Math.ceil(Math.sqrt(count));
        int best = root;
        int fewest = Integer.MAX_VALUE;
        for (int columns = root; columns < 2 * root && columns <= count; columns++) {
            int empty = (count + columns - 1) / columns * columns - count;
            if (empty < fewest) {
                fewest = empty;
                best = columns;
            }
        }
        return best;
    }
}
