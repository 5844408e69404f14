package org.nextscale.evaluation;

import org.nextscale.evaluation.network.EvaluationNetwork;

/** What numbers are called: Inception's have names of their own, which those of other networks must not borrow. */
final class NetworkTerms {
    private NetworkTerms() {}

    static Measurement distance(EvaluationNetwork network, double value) {
        return network.isInception()
                ? new Measurement("fid", "FID", value)
                : of(network, "frechet-distance", "Fréchet distance", value);
    }

    static Measurement spatialDistance(EvaluationNetwork network, double value) {
        return network.isInception()
                ? new Measurement("sfid", "sFID", value)
                : of(network, "spatial-frechet-distance", "Spatial Fréchet distance", value);
    }

    static Measurement score(EvaluationNetwork network, double value) {
        return network.isInception()
                ? new Measurement("inception-score", "Inception Score", value)
                : of(network, "classifier-score", "Classifier score", value);
    }

    static Measurement reconstructionDistance(EvaluationNetwork network, double value) {
        return network.isInception() ? new Measurement("rfid", "rFID", value) : distance(network, value);
    }

    /** A number that says in whose features it is. */
    static Measurement of(EvaluationNetwork network, String id, String label, double value) {
        return new Measurement(id, network.isInception() ? label : label + " (" + network.name() + ")", value);
    }
}
