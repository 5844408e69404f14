package org.nextscale.backend.onnx.internal;

import java.util.Arrays;
import java.util.List;
import org.nextscale.api.export.ModelExporter;
import org.nextscale.api.export.PreparedExport;
import org.nextscale.api.model.Model;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.backend.onnx.internal.export.OnnxExport;
import org.nextscale.backend.onnx.internal.transformer.Precision;
import org.osgi.service.component.annotations.Component;

/** Writes the graphs that the backend runs as ONNX files. Loads nothing native, so that it works on any platform. */
@Component(service = ModelExporter.class)
public final class OnnxExporter implements ModelExporter {
    private static final String PRECISION = "precision";

    @Override
    public String id() {
        return "onnx";
    }

    @Override
    public String description() {
        return "ONNX graphs and their weights, for any program that has ONNX Runtime";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.choice(
                PRECISION,
                Precision.F32.word(),
                Arrays.stream(Precision.values()).map(Precision::word).toList(),
                "of the transformer's linear layers and the decoder; int8 is faster and a quarter of the size"));
    }

    @Override
    public PreparedExport prepare(Model model, ParameterValues options) {
        return new OnnxExport(model, Precision.of(options.choice(PRECISION)));
    }
}
