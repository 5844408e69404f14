package org.nextscale.cli.internal.option;

import java.nio.file.Path;
import java.util.Optional;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.evaluation.network.EvaluationNetwork;
import picocli.CommandLine.Option;

/** Which network measures, and what its file does not say about it. */
public final class NetworkOptions {
    @Option(
            names = "--network",
            paramLabel = "FILE.onnx",
            description =
                    "the network in whose features images are compared: outputs 'features' [batch, D] and, if there,"
                            + " 'spatial' and 'probabilities'; see docs/evaluation.md")
    private Path network;

    @Option(
            names = "--features",
            paramLabel = "NAME",
            description = "what its features are called, if the file does not say it; '" + EvaluationNetwork.INCEPTION
                    + "' for the network that FID is defined with")
    private String features;

    @Option(
            names = "--range",
            paramLabel = "LOW,HIGH",
            description = "what it takes black and white as (default: as the file says, else -1,1)")
    private String range;

    @Option(
            names = "--resize",
            paramLabel = "none|tf1-bilinear",
            description = "how images are brought to its size (default: as the file says, else none)")
    private String resize;

    public boolean saysNetwork() {
        return network != null;
    }

    /** Opens the network that was named; the caller closes it. */
    public EvaluationNetwork open(Session session) {
        return EvaluationNetwork.open(
                session.engine(),
                network,
                new EvaluationNetwork.Description(
                        Optional.ofNullable(features), Optional.ofNullable(range), Optional.ofNullable(resize)));
    }
}
