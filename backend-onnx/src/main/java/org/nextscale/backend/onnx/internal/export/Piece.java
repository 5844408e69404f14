package org.nextscale.backend.onnx.internal.export;

import org.nextscale.backend.onnx.internal.runtime.WeightSet;

/**
 * A tensor's place in a file.
 *
 * @param offset of its first byte
 * @param bytes it takes
 * @param fill writes them
 */
record Piece(long offset, long bytes, WeightSet.Fill fill) {}
