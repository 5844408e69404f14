package org.nextscale.api.sampling;

import org.nextscale.api.parameter.ParameterValues;

/**
 * A computation that is fixed to the last bit, so that another device can do it in the place of who offers it.
 *
 * @param name which one, with its version, as {@link TokenSamplerFactory#arithmetic} and {@link GuidanceFactory#arithmetic}
 *     give it: {@code "multinomial/1"}
 * @param values a value for every parameter that its factory declares
 */
public record Arithmetic(String name, ParameterValues values) {}
