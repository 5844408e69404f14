"""Digests of the reference vectors' checkpoints, computed with nothing but Python's zipfile, pickle and numpy.

For every tensor of a state dict, sorted by name, SHA-256 takes the name and the values as little-endian float32 in
row-major order. The results stand in ReferenceCheckpointsTest.
Usage: python3 digest-checkpoints.py FILE.pth ...
"""
import hashlib
import pickle
import sys
import zipfile
from collections import OrderedDict

import numpy as np


class Checkpoint(pickle.Unpickler):
    def __init__(self, archive, root):
        super().__init__(archive.open(root + "/data.pkl"))
        self.archive, self.root = archive, root

    def find_class(self, module, name):
        if name.endswith("Storage"):
            return name
        if name == "OrderedDict":
            return OrderedDict
        if name == "_rebuild_tensor_v2":
            return self.tensor
        raise ValueError(module + "." + name)

    def persistent_load(self, reference):
        _, storage_type, key, _, _ = reference
        data = self.archive.read(self.root + "/data/" + key)
        if storage_type == "BFloat16Storage":
            return (np.frombuffer(data, "<u2").astype("<u4") << 16).view("<f4")
        return np.frombuffer(
            data, {"FloatStorage": "<f4", "HalfStorage": "<f2", "LongStorage": "<i8"}[storage_type])

    @staticmethod
    def tensor(storage, offset, shape, strides, *_):
        strides = [s * storage.itemsize for s in strides]
        return np.lib.stride_tricks.as_strided(storage[offset:], shape, strides)


def digest(state):
    result = hashlib.sha256()
    for name in sorted(state):
        result.update(name.encode())
        result.update(np.ascontiguousarray(state[name]).astype("<f4").tobytes())
    return result.hexdigest()


for path in sys.argv[1:]:
    with zipfile.ZipFile(path) as archive:
        root = next(name for name in archive.namelist() if name.endswith("/data.pkl"))[: -len("/data.pkl")]
        content = Checkpoint(archive, root).load()
    if "trainer" in content:
        for part in ("vae_local", "var_wo_ddp"):
            print(path, part, digest(content["trainer"][part]))
    else:
        print(path, digest(content))
