/**
 * How good images are, in numbers that can be compared with others': {@link org.nextscale.evaluation.Evaluation} measures
 * generated images against real ones in the features of a network, {@link org.nextscale.evaluation.ReconstructionEvaluation}
 * a tokenizer, {@link org.nextscale.evaluation.MetricsConformance} this module against the reference.
 */
@Export
@Version("1.0.0")
package org.nextscale.evaluation;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
