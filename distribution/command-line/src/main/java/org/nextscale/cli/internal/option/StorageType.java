package org.nextscale.cli.internal.option;

import java.util.Locale;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;

/** The types weights are stored in, as typed: {@code f32}, {@code f16}, {@code bf16}. */
public final class StorageType {
    private StorageType() {}

    public static DataType parse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "f32" -> DataType.F32;
            case "f16" -> DataType.F16;
            case "bf16" -> DataType.BF16;
            default -> throw new InvalidInputException("--dtype is '" + text + "', must be f32, f16 or bf16");
        };
    }
}
