package org.nextscale.evaluation;

/**
 * One number of a report.
 *
 * @param id for programs: {@code fid}, {@code frechet-distance}, {@code inception-score}, …
 * @param label for people: {@code FID}, {@code Fréchet distance (fashion-mnist classifier)}
 * @param value the number
 */
public record Measurement(String id, String label, double value) {}
