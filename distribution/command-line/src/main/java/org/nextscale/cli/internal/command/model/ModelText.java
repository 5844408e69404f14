package org.nextscale.cli.internal.command.model;

import java.util.Locale;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.cli.internal.text.Duration;
import org.nextscale.model.description.ModelManifest;
import org.nextscale.model.description.PublishedModel;

/** Models in words. */
final class ModelText {
    private ModelText() {}

    /** {@code var_d16, 256 px, 1000 classes, f16, 650 MB}. */
    static String summary(ModelManifest manifest) {
        return summary(
                manifest.spec(),
                manifest.dataType(),
                manifest.tokenizer().bytes() + manifest.transformer().bytes());
    }

    static String summary(ModelSpec spec, DataType type, long bytes) {
        return PublishedModel.describe(spec) + ", " + spec.transformer().classes() + " classes, " + type(type) + ", "
                + size(bytes);
    }

    static String type(DataType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    static String size(long bytes) {
        return bytes < 1e6
                ? Duration.fixed(bytes / 1e3, 0) + " kB"
                : bytes < 1e9 ? Duration.fixed(bytes / 1e6, 1) + " MB" : Duration.fixed(bytes / 1e9, 2) + " GB";
    }
}
