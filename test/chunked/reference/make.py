"""Writes the reference files of this folder, with zarr-python and h5py.

Made with zarr 3.1.6, numcodecs, h5py and numpy as in bench/peers/requirements.txt:
    python make.py
Element [i, j, ...] of a real array is its index in C order, of a complex one c - i c/2.
"""

import shutil
from pathlib import Path

import h5py
import numpy as np
import zarr
from zarr.codecs import BloscCodec, BytesCodec, GzipCodec, ShardingCodec, TransposeCodec, ZstdCodec

here = Path(__file__).parent
path = here / "zarr_python.zarr"
shutil.rmtree(path, ignore_errors=True)
root = zarr.open_group(path, mode="w", zarr_format=3)


def add(name, data, chunks, **options):
    array = root.create_array(name, shape=data.shape, chunks=chunks, dtype=data.dtype, **options)
    array[...] = data
    return array


def ramp(shape, dtype):
    n = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    return (n - 0.5j * n).astype(dtype) if np.dtype(dtype).kind == "c" else n.astype(dtype)


for dtype in ["float32", "float64", "complex64", "complex128", "int32", "uint32", "uint16", "uint8"]:
    add(f"raw/{dtype}", ramp((3,), dtype), (2,), compressors=None, attributes={"unit": "mK", "bins": [1, 2]})
add("packed/gzip", ramp((3,), "float32"), (2,), compressors=GzipCodec(level=5))
add("packed/zstd", ramp((3,), "float64"), (2,), compressors=ZstdCodec(level=3, checksum=True))
add("packed/blosc", ramp((3,), "int32"), (2,), compressors=BloscCodec(cname="lz4", shuffle="shuffle", typesize=4))
add("packed/complex", ramp((3, 5), "complex64"), (2, 3), compressors=ZstdCodec(), fill_value=1 - 2j)
add("packed/big", ramp((3,), "float32"), (2,), compressors=None, serializer=BytesCodec(endian="big"))
add("packed/turned", ramp((3, 5), "uint16"), (2, 3), compressors=None, filters=TransposeCodec(order=(1, 0)))
sharded = add("packed/sharded", ramp((6, 8), "float32"), (2, 3), shards=(4, 6), compressors=GzipCodec(), fill_value=7)
add("keys", ramp((3, 5), "float32"), (2, 3), compressors=None, chunk_key_encoding={"name": "v2", "separator": "."})
add("scalar", np.float64(2.5).reshape(()), (), compressors=None)

# Chunks that were never written are full of the fill value.
for name, dtype, fill in [("nan", "float32", np.nan), ("seven", "uint8", 7), ("complex", "complex64", 1 - 2j)]:
    holes = root.create_array(f"holes/{name}", shape=(2, 4), chunks=(2, 2), dtype=dtype, fill_value=fill, compressors=None)
    holes[:, :2] = 1
holes = root.create_array("holes/packed", shape=(2, 4), chunks=(2, 2), dtype="complex64", fill_value=1 - 2j)
holes[:, :2] = 1

# What is refused.
add("refused/int16", ramp((3,), "int16"), (3,), compressors=None)
zarr.create_array(here / "zarr_python.zarr/refused/v2", shape=(3,), chunks=(3,), dtype="float32", zarr_format=2)[...] = 1

with h5py.File(here / "h5py_chunks.h5", "w", libver=("earliest", "v110")) as file:
    d = file.create_dataset("grid/chunked", data=ramp((3, 5), "float32"), chunks=(2, 3), track_times=False)
    d.attrs["unit"] = "K"
    d.attrs["z"] = 8.5
    file.create_dataset("packed", data=ramp((6, 8), "float64"), chunks=(2, 3), compression="gzip", shuffle=True)
    file.create_dataset("contiguous", data=ramp((4, 3, 2), "int32"))
    file.create_dataset("complex", data=ramp((3, 5), "complex128"), chunks=(2, 3))
    file.create_dataset("big", data=ramp((3, 5), ">f4"), chunks=(2, 3))
    file.create_dataset("int64", data=ramp((3,), "int64"))
