package org.nextscale.backend.cuda.internal.transformer;

import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;

/**
 * A linear layer on the GPU.
 *
 * @param weight {@code [outputs, inputs]} in the products' type
 * @param bias {@code [outputs]} in float32
 * @param outputs an even number
 * @param inputs a multiple of 8
 */
record Linear(DeviceBuffer weight, DeviceBuffer bias, int outputs, int inputs) {}
