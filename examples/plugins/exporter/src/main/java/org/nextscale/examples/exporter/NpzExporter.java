package org.nextscale.examples.exporter;

import org.nextscale.api.export.ModelExporter;
import org.nextscale.api.export.PreparedExport;
import org.nextscale.api.model.Model;
import org.nextscale.api.plugin.ParameterValues;
import org.osgi.service.component.annotations.Component;

/** Offers the format {@code npz}; its id becomes a flag: {@code nextscale model export --npz --out FOLDER}. */
@Component
public final class NpzExporter implements ModelExporter {
    @Override
    public String id() {
        return "npz";
    }

    @Override
    public String description() {
        return "NumPy archives of all tensors in float32, tokenizer.npz and transformer.npz, for numpy.load";
    }

    @Override
    public PreparedExport prepare(Model model, ParameterValues options) {
        return NpzExport.of(model);
    }
}
