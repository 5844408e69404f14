package org.nextscale.checkpoint.internal.storage;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.nextscale.checkpoint.tensor.CheckpointFormat;

/**
 * What a reader found in a file.
 *
 * @param format what the file is; of an index, what the files are that it lists
 * @param all every tensor of interest, in the file's order
 * @param nesting where in it the models lie
 * @param strangers names of Python's classes and functions in it that were passed over
 * @param metadata texts that the file's writer put into it, by key
 * @param patchNums the pyramid a trainer's checkpoint was trained with
 * @param fingerprint computes SHA-256 in hexadecimal over structure and checksums, without reading the tensors
 * @param integrity reads all tensors and throws if a checksum of the file does not hold
 * @param shards the files that an index lists, open; empty otherwise
 */
public record OpenedFile(
        CheckpointFormat format,
        StoredTensors all,
        Nesting nesting,
        List<String> strangers,
        Map<String, String> metadata,
        Optional<List<Integer>> patchNums,
        Supplier<String> fingerprint,
        Runnable integrity,
        List<PositionalFile> shards) {}
