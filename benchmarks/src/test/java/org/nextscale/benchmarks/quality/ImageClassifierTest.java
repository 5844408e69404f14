package org.nextscale.benchmarks.quality;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageClassifierTest {

    @Test
    void learnsAndDoesSoAgain(@TempDir Path folder) throws IOException {
        IdxFiles.write(folder, 640, 30);
        GreyImages training = FashionMnist.read(folder, "train");
        GreyImages test = FashionMnist.read(folder, "t10k");
        try (ImageClassifier first = ImageClassifier.train(training, 3, 1, epoch -> {});
                ImageClassifier again = ImageClassifier.train(training, 3, 1, epoch -> {})) {
            assertEquals(1, first.accuracy(test).value());
            assertArrayEquals(first.classify(training.levels()), again.classify(training.levels()));
        }
    }
}
