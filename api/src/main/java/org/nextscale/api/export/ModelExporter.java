package org.nextscale.api.export;

import java.util.List;
import org.nextscale.api.parameter.Parameter;
import org.nextscale.api.parameter.ParameterValues;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Writes models in a format of other programs. Registered as an OSGi service, and named in {@code META-INF/services} for
 * the plain classpath. Thread-safe.
 */
@ConsumerType
public interface ModelExporter {

    /** Unique short id of the format, lower case: {@code onnx}. Two exporters of one id are refused. */
    String id();

    /** What it writes, in a few words: {@code "ONNX graphs, for programs that have ONNX Runtime"}. */
    String label();

    /** Options that {@link #prepare} understands, such as the type of the weights. */
    default List<Parameter> parameters() {
        return List.of();
    }

    /**
     * Checks that a model can be written and plans its files. Writes nothing and reads no more than small tensors.
     *
     * @param model must stay open until the result has been written
     * @param options a value for every one of {@link #parameters()}
     * @throws org.nextscale.api.InvalidInputException if a tensor is missing or of another shape, naming it, or if the
     *     format cannot hold such a model
     */
    PreparedExport prepare(ExportSource model, ParameterValues options);
}
