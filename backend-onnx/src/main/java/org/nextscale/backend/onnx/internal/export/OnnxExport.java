package org.nextscale.backend.onnx.internal.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.export.PreparedExport;
import org.nextscale.api.model.Model;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.backend.onnx.internal.runtime.WeightSet;
import org.nextscale.backend.onnx.internal.tokenizer.TokenizerGraphs;
import org.nextscale.backend.onnx.internal.transformer.Precision;
import org.nextscale.backend.onnx.internal.transformer.TransformerGraphs;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.backend.support.TokenizerTensors;
import org.nextscale.backend.support.TransformerTensors;

/** A model's five graphs, its tables, and what is said of them. Making it checks that every tensor is there. */
public final class OnnxExport implements PreparedExport {
    private final List<GraphFile> graphs;
    private final Tables tables;
    private final Description description;

    public OnnxExport(Model model, Precision precision) {
        ModelSpec spec = model.spec();
        requireKnown(spec);
        TransformerTensors.require(spec.transformer(), model.transformerWeights());
        TensorShape.require(
                TokenizerTensors.all(spec.tokenizer(), spec.pyramid()), model.tokenizerWeights(), "tokenizer");
        WeightSet transformer = new WeightSet(model.transformerWeights());
        WeightSet tokenizer = new WeightSet(model.tokenizerWeights());
        int depth = spec.transformer().depth();
        TransformerGraphs scales = new TransformerGraphs(spec.transformer(), transformer, precision);
        TokenizerGraphs pixels = TokenizerGraphs.whole(spec.tokenizer(), tokenizer, precision == Precision.INT8);
        graphs = List.of(
                new GraphFile("condition", scales.conditions(0, depth, true), transformer),
                new GraphFile("embedding", scales.embedding(), transformer),
                new GraphFile("transformer", scales.blocks(), transformer),
                new GraphFile("encoder", pixels.encoder().get(0).graph(), tokenizer),
                new GraphFile("decoder", pixels.decoder().get(0).graph(), tokenizer));
        tables = new Tables(spec, model.tokenizerWeights(), model.transformerWeights());
        description = new Description(model, precision, graphs, tables);
    }

    /** Other types of models are not these graphs and tables. */
    private static void requireKnown(ModelSpec spec) {
        if (!spec.transformer().type().equals(TransformerSpec.VAR)
                || !spec.tokenizer().type().equals(TokenizerSpec.MULTI_SCALE_VQ)) {
            throw new InvalidInputException("a model of types "
                    + spec.transformer().type() + " and "
                    + spec.tokenizer().type() + " cannot be exported to ONNX, only " + TransformerSpec.VAR + " and "
                    + TokenizerSpec.MULTI_SCALE_VQ);
        }
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
    public void write(Path folder, ProgressListener progress, Cancellation cancellation) throws IOException {
        FileWriter writer = new FileWriter(folder, bytes(), progress, cancellation);
        for (GraphFile graph : graphs) {
            graph.write(writer);
        }
        tables.write(writer);
        writer.write(Description.JSON, description.json());
        writer.write(Description.README, description.readme());
    }
}
