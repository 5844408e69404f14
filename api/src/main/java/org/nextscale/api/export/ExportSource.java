package org.nextscale.api.export;

import java.util.List;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.WeightSource;

/**
 * A model to be exported.
 *
 * @param name what it is called
 * @param fingerprint SHA-256 in hexadecimal that stands for architecture and weights
 * @param spec its shape
 * @param classNames one a class, in the order of their indices
 * @param tokenizer the tokenizer's weights, by the names of the published checkpoints
 * @param transformer the transformer's weights, by those names too
 */
public record ExportSource(
        String name,
        String fingerprint,
        ModelSpec spec,
        List<String> classNames,
        WeightSource tokenizer,
        WeightSource transformer) {

    public ExportSource {
        classNames = List.copyOf(classNames);
        if (classNames.size() != spec.transformer().classes()) {
            throw new InvalidInputException("model " + name + " has " + classNames.size() + " class names for "
                    + spec.transformer().classes() + " classes");
        }
    }
}
