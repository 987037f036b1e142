"""Transposes of chunked cubes by zarr-python and h5py, chunk by chunk, and checks of what the toolkit wrote."""

import shutil
from pathlib import Path

import h5py
import numpy as np
import zarr

from serve import serve


def blocks(side, chunk):
    parts = [slice(i, min(i + chunk, side)) for i in range(0, side, chunk)]
    return [(a, b, c) for a in parts for b in parts for c in parts]


def zarr_transpose(folder, side, chunk):
    source = zarr.open_array(f"{folder}/input.zarr", mode="r")

    def run():
        shutil.rmtree(f"{folder}/peer.zarr", ignore_errors=True)
        out = zarr.create_array(
            f"{folder}/peer.zarr", shape=source.shape, chunks=source.chunks, dtype=source.dtype, compressors=None
        )
        for a, b, c in blocks(side, chunk):
            out[c, b, a] = source[a, b, c].T

    return run


def h5py_transpose(folder, side, chunk):
    source = zarr.open_array(f"{folder}/input.zarr", mode="r")

    def run():
        Path(f"{folder}/peer.h5").unlink(missing_ok=True)
        with h5py.File(f"{folder}/peer.h5", "w") as file:
            out = file.create_dataset("field", source.shape, source.dtype, chunks=source.chunks)
            for a, b, c in blocks(side, chunk):
                out[c, b, a] = source[a, b, c].T

    return run


def expected(side, planes):
    """Planes of the transpose of the cube whose element at C index n is n modulo 2^24."""
    i, j, k = np.ogrid[planes, 0:side, 0:side]
    n = (k.astype(np.int64) * side + j) * side + i
    return (n % 2**24).astype(np.float32)


def compare(array, side, chunk):
    for first in range(0, side, chunk):
        planes = slice(first, min(first + chunk, side))
        np.testing.assert_array_equal(array[planes], expected(side, planes))


def check_zarr(folder, side, chunk):
    def run():
        array = zarr.open_array(f"{folder}/output.zarr", mode="r")
        assert array.attrs["unit"] == "mK" and array.chunks == (chunk,) * 3
        compare(array, side, chunk)

    return run


def check_h5py(folder, side, chunk):
    def run():
        with h5py.File(f"{folder}/output.h5", "r") as file:
            assert file["field"].attrs["unit"] == "mK" and file["field"].chunks == (chunk,) * 3
            compare(file["field"], side, chunk)

    return run


def check_types(folder, side, chunk):
    """Every element type, with and without compression, as the toolkit wrote it beside the cubes."""

    def run():
        n = np.arange(60).reshape(3, 5, 4)
        for path in sorted(Path(f"{folder}/types.zarr").glob("*/*")):
            if not path.is_dir():
                continue
            array = zarr.open_array(path, mode="r")
            assert array.dtype.name == path.name, path
            np.testing.assert_array_equal(array[...], (n - 0.5j * n if array.dtype.kind == "c" else n).astype(path.name))
        for path in sorted(Path(folder).glob("types_*.h5")):
            with h5py.File(path, "r") as file:
                array = file["x"]
                assert f"types_{array.dtype.name}.h5" == path.name, path
                np.testing.assert_array_equal(
                    array[...], (n - 0.5j * n if array.dtype.kind == "c" else n).astype(array.dtype)
                )

    return run


serve(
    {
        "zarr": zarr_transpose,
        "h5py": h5py_transpose,
        "check_zarr": check_zarr,
        "check_h5py": check_h5py,
        "check_types": check_types,
    },
    {"zarr": zarr.__version__, "h5py": h5py.__version__, "numpy": np.__version__},
)
