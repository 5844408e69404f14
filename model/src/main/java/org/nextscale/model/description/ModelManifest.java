package org.nextscale.model.description;

import java.util.List;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.ModelSpec;

/**
 * What {@code model.json} says: everything of a model but its weights. Immutable.
 *
 * @param name what the model is called
 * @param description where it comes from and under what terms, in a person's words; may be empty
 * @param dataType the type its weights are stored in
 * @param classNames one name a class, or none at all
 * @param tokenizer the file with the tokenizer's weights
 * @param transformer the file with the transformer's weights
 */
public record ModelManifest(
        String name,
        String description,
        ModelSpec spec,
        DataType dataType,
        List<String> classNames,
        FileDigest tokenizer,
        FileDigest transformer,
        ModelOrigin origin) {

    public ModelManifest {
        classNames = List.copyOf(classNames);
        int classes = spec.transformer().classes();
        if (!classNames.isEmpty() && classNames.size() != classes) {
            throw new InvalidInputException(
                    "there are " + classNames.size() + " class names for a model of " + classes + " classes");
        }
    }
}
