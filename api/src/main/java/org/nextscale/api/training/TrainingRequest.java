package org.nextscale.api.training;

import java.nio.file.Path;
import org.nextscale.api.generation.CancellationToken;
import org.nextscale.api.parameter.ParameterValues;

/**
 * A run to be started or continued.
 *
 * @param data images: a folder of IDX files, a folder of CIFAR batches, or a folder with a folder of images a class
 * @param out the run's folder: checkpoints, curves, samples and at the end the model. Made if it is not there
 * @param parameters a value for every one of the trainer's parameters
 * @param resume go on from the last checkpoint in {@code out}, exactly as a run that was never interrupted
 * @param cancellation ends the run after the step at hand
 */
public record TrainingRequest(
        Path data, Path out, ParameterValues parameters, boolean resume, CancellationToken cancellation) {}
