package org.nextscale.backend.onnx.internal.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.nextscale.api.export.ExportSource;
import org.nextscale.api.export.PreparedExport;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.backend.onnx.internal.runtime.WeightSet;
import org.nextscale.backend.onnx.internal.tokenizer.TokenizerGraphs;
import org.nextscale.backend.onnx.internal.transformer.Precision;
import org.nextscale.backend.onnx.internal.transformer.TransformerGraphs;

/** A model's five graphs, its tables, and what is said of them. Making it checks that every tensor is there. */
public final class OnnxExport implements PreparedExport {
    private final List<GraphFile> graphs;
    private final Tables tables;
    private final Description description;

    public OnnxExport(ExportSource model, Precision precision) {
        ModelSpec spec = model.spec();
        WeightSet transformer = new WeightSet(model.transformer());
        WeightSet tokenizer = new WeightSet(model.tokenizer());
        int depth = spec.transformer().depth();
        TransformerGraphs scales = new TransformerGraphs(spec.transformer(), transformer, precision);
        TokenizerGraphs pixels = TokenizerGraphs.whole(spec.tokenizer(), tokenizer, precision == Precision.INT8);
        graphs = List.of(
                new GraphFile("condition", scales.conditions(0, depth, true), transformer),
                new GraphFile("embedding", scales.embedding(), transformer),
                new GraphFile("transformer", scales.blocks(), transformer),
                new GraphFile("encoder", pixels.encoder().get(0).graph(), tokenizer),
                new GraphFile("decoder", pixels.decoder().get(0).graph(), tokenizer));
        tables = new Tables(spec, model.tokenizer(), model.transformer(), scales);
        description = new Description(model, precision, graphs, tables);
    }

    @Override
    public List<String> files() {
        List<String> files = new ArrayList<>(List.of(Description.JSON, Description.README, Tables.FILE));
        graphs.forEach(graph -> files.addAll(List.of(graph.file(), graph.data())));
        return files;
    }

    @Override
    public long bytes() {
        return graphs.stream().mapToLong(GraphFile::bytes).sum()
                + tables.bytes()
                + description.json().length
                + description.readme().length;
    }

    @Override
    public void write(Path folder, LongConsumer progress) throws IOException {
        FileWriter writer = new FileWriter(folder, progress);
        for (GraphFile graph : graphs) {
            graph.write(writer);
        }
        tables.write(writer);
        writer.write(Description.JSON, description.json());
        writer.write(Description.README, description.readme());
    }
}
