package org.nextscale.cli.internal.option;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.Provenance;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.cli.internal.option.SamplingOptions.Sampling;
import org.nextscale.image.ProvenanceText;

/**
 * How images were made, as their file records it: what {@code generate --like} starts from.
 *
 * @param file it was read from, for messages
 */
public record RecordedRequest(Path file, Provenance provenance) {
    /** @throws InvalidInputException if it does not say enough to make them again */
    public static RecordedRequest read(Path file) {
        Provenance provenance = ProvenanceText.read(file)
                .orElseThrow(() -> new InvalidInputException(
                        file + " does not say how it was made: it was not written by nextscale, or has been edited"));
        if (provenance.editSource().isPresent()) {
            throw new InvalidInputException(
                    file + " was made by nextscale edit from another image, which is not in it: "
                            + "repeat that command with the values that nextscale metadata prints");
        }
        RecordedRequest recorded = new RecordedRequest(file, provenance);
        recorded.sampling();
        recorded.firstImage();
        recorded.backend();
        return recorded;
    }

    /** What computed them. */
    public PluginChoice backend() {
        return said("backend", provenance::backend);
    }

    /** Number of the first image under the seed. */
    public long firstImage() {
        List<Long> numbers = provenance.numbers();
        if (numbers.isEmpty() || numbers.size() != provenance.conditions().size()) {
            throw incomplete("image");
        }
        for (int i = 1; i < numbers.size(); i++) {
            if (numbers.get(i) != numbers.get(0) + i) {
                throw new InvalidInputException(file + " holds images that were not made in one go");
            }
        }
        return numbers.get(0);
    }

    /** How their tokens were drawn. */
    public Sampling sampling() {
        return new Sampling(said("sampler", provenance::sampler), said("guidance", provenance::guidance));
    }

    private <T> T said(String key, Supplier<Optional<T>> value) {
        return value.get().orElseThrow(() -> incomplete(key));
    }

    private InvalidInputException incomplete(String key) {
        return new InvalidInputException(file + " does not say all of how it was made: " + key + " is missing");
    }
}
