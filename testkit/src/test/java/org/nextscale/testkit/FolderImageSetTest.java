package org.nextscale.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.nextscale.testkit.fake.FakeImageSet;

class FolderImageSetTest extends ImageSetSuite {
    @Override
    protected String plugin() {
        return "folder";
    }

    @Override
    protected Path images(Path empty) throws IOException {
        FakeImageSet images = new FakeImageSet(4, 2, 5);
        for (String part : List.of("train", "test")) {
            for (int i = 0; i < images.size(); i++) {
                Path folder = Files.createDirectories(empty.resolve(part).resolve("class " + i % 2));
                Path file = folder.resolve(i + ".png");
                ImageIO.write(images.image(i).toBufferedImage(), "png", file.toFile());
            }
        }
        return empty;
    }
}
