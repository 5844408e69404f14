package org.nextscale.examples.trainer;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.imageio.ImageIO;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.TrainingException;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.training.TrainingRequest;

/**
 * The folder of a run.
 *
 * <pre>
 * settings     what the result depends on
 * checkpoint   where it can go on from
 * mean-3.png   the result: class 3
 * </pre>
 */
record RunFolder(Path path) {
    private static final String SETTINGS = "settings";

    /**
     * Begins a run, or goes on with one, as the request says.
     *
     * @param means as at the beginning; they become those of the last checkpoint of a run that goes on
     */
    static RunFolder open(TrainingRequest request, MeanImages means) {
        RunFolder folder = new RunFolder(request.out());
        try {
            if (request.resumes()) {
                folder.requireSame(request);
                folder.load(means);
            } else {
                folder.begin(request, means);
            }
            return folder;
        } catch (IOException e) {
            throw new InvalidInputException("the run's folder " + folder.path + " cannot be used: " + e, e);
        }
    }

    private Path settings() {
        return path.resolve(SETTINGS);
    }

    private Path checkpoint() {
        return path.resolve("checkpoint");
    }

    private void begin(TrainingRequest request, MeanImages means) throws IOException {
        if (Files.exists(settings())) {
            throw new InvalidInputException(path + " holds a run already: resume it, or choose another folder");
        }
        Files.createDirectories(path);
        save(means);
        Files.writeString(settings(), identity(request));
    }

    private void requireSame(TrainingRequest request) throws IOException {
        if (!Files.exists(settings())) {
            throw new InvalidInputException(path + " holds no run that could be resumed");
        }
        if (!Files.readString(settings()).equals(identity(request))) {
            throw new InvalidInputException(
                    "the run in " + path + " was begun with other images or settings, see " + settings());
        }
    }

    /** All that the result depends on. */
    private static String identity(TrainingRequest request) {
        return "images=" + request.images().fingerprint() + "\n" + request.parameters() + "\n";
    }

    private void load(MeanImages means) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(checkpoint())))) {
            means.read(in);
        }
    }

    /** The checkpoint before is there until the new one is whole. */
    void save(MeanImages means) {
        Path unfinished = path.resolve("checkpoint.unfinished");
        try {
            try (DataOutputStream out =
                    new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
                means.write(out);
            }
            Files.move(unfinished, checkpoint(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            String good = Files.exists(checkpoint()) ? "the last good one is " + checkpoint() : "there is none yet";
            throw new TrainingException(
                    "the checkpoint of step " + means.steps() + " cannot be written (" + e + "); " + good, e);
        }
    }

    void writeImages(MeanImages means) {
        for (int label : means.labels()) {
            String name = label == MeanImages.NO_LABEL ? "mean.png" : "mean-" + label + ".png";
            try {
                ImageIO.write(
                        image(means.mean(label), means.size()).toBufferedImage(),
                        "png",
                        path.resolve(name).toFile());
            } catch (IOException e) {
                throw new TrainingException(name + " cannot be written (" + e + "); resume to try again", e);
            }
        }
    }

    private static RgbImage image(float[] values, int size) {
        byte[] rgb = new byte[values.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Math.round(255 * values[i]);
        }
        return new RgbImage(size, size, rgb);
    }
}
