package org.nextscale.model.internal.pth;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.nextscale.api.export.ModelExporter;
import org.nextscale.api.export.PreparedExport;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.Model;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.osgi.service.component.annotations.Component;

/** Writes the checkpoints that the reference implementation of VAR loads. */
@Component(service = ModelExporter.class)
public final class PthExporter implements ModelExporter {
    private static final String TYPE = "dtype";
    private static final String AS_STORED = "stored";

    @Override
    public String id() {
        return "pth";
    }

    @Override
    public String description() {
        return "PyTorch checkpoints by the reference implementation's names, for its code";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.choice(
                TYPE, AS_STORED, List.of(AS_STORED, "f32", "f16", "bf16"), "type of the weights; stored: as they are"));
    }

    @Override
    public PreparedExport prepare(Model model, ParameterValues options) {
        String type = options.choice(TYPE);
        return new PthExport(
                model,
                type.equals(AS_STORED)
                        ? Optional.empty()
                        : Optional.of(DataType.valueOf(type.toUpperCase(Locale.ROOT))));
    }
}
