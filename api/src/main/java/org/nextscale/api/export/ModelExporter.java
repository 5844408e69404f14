package org.nextscale.api.export;

import org.nextscale.api.model.Model;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.plugin.Plugin;
import org.osgi.annotation.versioning.ConsumerType;

/** Writes models in a format of other programs. Thread-safe. */
@ConsumerType
public interface ModelExporter extends Plugin {
    /**
     * Checks that a model can be written and plans its files. Writes nothing and reads no more than small tensors.
     *
     * @param model stays open until the result has been written
     * @param options a value for every one of {@link #parameters()}
     * @throws org.nextscale.api.InvalidInputException if the format cannot hold such a model
     */
    PreparedExport prepare(Model model, ParameterValues options);
}
