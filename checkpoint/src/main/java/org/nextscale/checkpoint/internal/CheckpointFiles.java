package org.nextscale.checkpoint.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import org.nextscale.checkpoint.internal.safetensors.SafetensorsFile;
import org.nextscale.checkpoint.internal.storage.OpenedFile;
import org.nextscale.checkpoint.internal.storage.PositionalFile;
import org.nextscale.checkpoint.internal.torch.TorchArchive;
import org.nextscale.checkpoint.tensor.CheckpointFormat;

/** Tells the formats of checkpoint files apart, and what else people take for one. */
public final class CheckpointFiles {
    private static final byte[] ZIP = {'P', 'K', 3, 4};
    private static final byte[] EMPTY_ZIP = {'P', 'K', 5, 6};
    /** The pickled magic number that begins a file of PyTorch before 1.6. */
    private static final byte[] LEGACY_TORCH = HexFormat.of().parseHex("8a0a6cfc9c46f9206aa85019");

    private CheckpointFiles() {}

    /** Opens a file of tensors, or the files that an index lists. */
    public static OpenedFile open(PositionalFile file) {
        return ShardIndex.isNamed(file.path()) ? ShardIndex.open(file) : openOne(file);
    }

    /** Opens one file of tensors. */
    static OpenedFile openOne(PositionalFile file) {
        return switch (recognize(file)) {
            case PYTORCH -> TorchArchive.open(file);
            case SAFETENSORS -> SafetensorsFile.open(file);
        };
    }

    /** The format by the file's first bytes; an exception says what the file is instead, where that can be told. */
    private static CheckpointFormat recognize(PositionalFile file) {
        byte[] head = file.bytes(0, (int) Math.min(file.size(), 64));
        String text =
                new String(head, StandardCharsets.ISO_8859_1).stripLeading().toLowerCase(Locale.ROOT);
        if (head.length == 0) {
            throw file.invalid("is empty");
        }
        if (begins(head, 0, ZIP)) {
            return CheckpointFormat.PYTORCH;
        }
        if (head.length > 8 && head[8] == '{') {
            return CheckpointFormat.SAFETENSORS;
        }
        if (begins(head, 2, LEGACY_TORCH)) {
            throw file.invalid("is in the format of PyTorch before 1.6; load it with PyTorch and save it again with "
                    + "torch.save");
        }
        if (begins(head, 0, EMPTY_ZIP)) {
            throw file.invalid("is an empty ZIP archive");
        }
        if (text.startsWith("version https://git-lfs")) {
            throw file.invalid("is a Git LFS pointer, not the checkpoint itself; fetch it with git lfs pull");
        }
        if (text.startsWith("<!doctype") || text.startsWith("<html")) {
            throw file.invalid("is a web page, not a checkpoint; the download went wrong");
        }
        if ((head[0] & 0xff) == 0x80) {
            throw file.invalid("is a bare pickle, not a checkpoint written by torch.save");
        }
        if (text.startsWith("{")) {
            throw file.invalid("is JSON, not a checkpoint; give the file that it describes, or their folder");
        }
        throw file.invalid("is neither a PyTorch checkpoint (.pth) nor safetensors");
    }

    private static boolean begins(byte[] head, int at, byte[] sign) {
        return head.length >= at + sign.length && Arrays.equals(head, at, at + sign.length, sign, 0, sign.length);
    }
}
