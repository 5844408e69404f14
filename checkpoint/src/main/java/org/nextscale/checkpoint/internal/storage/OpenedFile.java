package org.nextscale.checkpoint.internal.storage;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a reader found in a file.
 *
 * @param all every tensor of interest, in the file's order
 * @param parts state dicts nested in a trainer's checkpoint, by their names there; empty for a bare one
 * @param metadata texts that the file's writer put into it, by key
 * @param patchNums the pyramid a trainer's checkpoint was trained with
 * @param fingerprint computes SHA-256 in hexadecimal over structure and checksums, without reading the tensors
 * @param integrity reads all tensors and throws if a checksum of the file does not hold
 */
public record OpenedFile(
        StoredTensors all,
        Map<String, StoredTensors> parts,
        Map<String, String> metadata,
        Optional<List<Integer>> patchNums,
        Supplier<String> fingerprint,
        Runnable integrity) {}
