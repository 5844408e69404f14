package org.nextscale.checkpoint.tensor;

/** The file formats a checkpoint is read from. */
public enum CheckpointFormat {
    /** A ZIP archive of a pickled structure and raw storages, as {@code torch.save} writes since PyTorch 1.6. */
    PYTORCH("PyTorch checkpoint"),
    /** An 8-byte length, a JSON header, raw tensors. */
    SAFETENSORS("safetensors");

    private final String label;

    CheckpointFormat(String label) {
        this.label = label;
    }

    /** The format in words. */
    public String label() {
        return label;
    }
}
