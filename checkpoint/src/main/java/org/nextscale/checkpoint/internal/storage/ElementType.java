package org.nextscale.checkpoint.internal.storage;

import java.util.Optional;
import org.nextscale.api.model.DataType;

/** Element types that occur in files, with their names in safetensors and in PyTorch. */
public enum ElementType {
    F32(4, DataType.F32, "FloatStorage", "float32"),
    F16(2, DataType.F16, "HalfStorage", "float16"),
    BF16(2, DataType.BF16, "BFloat16Storage", "bfloat16"),
    I64(8, DataType.I64, "LongStorage", "int64"),
    F64(8, null, "DoubleStorage", "float64"),
    I32(4, null, "IntStorage", "int32"),
    I16(2, null, "ShortStorage", "int16"),
    I8(1, null, "CharStorage", "int8"),
    U8(1, null, "ByteStorage", "uint8"),
    BOOL(1, null, "BoolStorage", "bool");

    private final int bytes;
    private final DataType dataType;
    private final String torchStorage;
    private final String torchType;

    ElementType(int bytes, DataType dataType, String torchStorage, String torchType) {
        this.bytes = bytes;
        this.dataType = dataType;
        this.torchStorage = torchStorage;
        this.torchType = torchType;
    }

    public int bytes() {
        return bytes;
    }

    /** The type as a weight's; empty where weights are not stored in it. */
    public Optional<DataType> dataType() {
        return Optional.ofNullable(dataType);
    }

    /** The class name of its storage in {@code torch}. */
    public String torchStorage() {
        return torchStorage;
    }

    public static ElementType of(DataType type) {
        return valueOf(type.name());
    }

    /** By its name in safetensors; null if it is unknown. */
    public static ElementType bySafetensorsName(String name) {
        for (ElementType type : values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        return null;
    }

    /** By the class name of its storage in {@code torch}; null if it is unknown. */
    public static ElementType byTorchStorage(String name) {
        for (ElementType type : values()) {
            if (type.torchStorage.equals(name)) {
                return type;
            }
        }
        return null;
    }

    /** By the name of its {@code torch.dtype}; null if it is unknown. */
    public static ElementType byTorchType(String name) {
        for (ElementType type : values()) {
            if (type.torchType.equals(name)) {
                return type;
            }
        }
        return null;
    }
}
