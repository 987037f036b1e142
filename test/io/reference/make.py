"""Writes h5py_small.h5, arrays.npz and arrays_compressed.npz, which tests of lib/io read. Made with h5py 3.16.0, NumPy 2: python make.py"""

import pathlib

import h5py
import numpy as np

with h5py.File(pathlib.Path(__file__).with_name("h5py_small.h5"), "w") as file:
    file.attrs["z"] = 7.5
    file.attrs["count"] = 12
    file.attrs["name"] = "small, größer"
    file.attrs["fixed"] = np.bytes_("ascii")
    file.attrs["flag"] = True
    file.attrs["list"] = [1.0, 2.5]
    file.attrs["names"] = ["a", "bc"]
    numbers = np.arange(4 * 5 * 6).reshape(4, 5, 6)
    group = file.create_group("grid")
    cube = group.create_dataset(
        "gzip_f32", data=numbers / 8, dtype="f4", chunks=(3, 2, 6), compression="gzip", shuffle=True, fletcher32=True
    )
    cube.attrs["unit"] = "mK"
    group.create_dataset("f64", data=numbers / 3)
    group.create_dataset("big_endian", data=numbers, dtype=">f4")
    for name in ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"]:
        group.create_dataset(name, data=numbers, dtype=name)
    group.create_dataset("large_i8", data=np.array([1, 2**40, 3]))
    group.create_dataset("bool", data=[True, False, True])
    group.create_dataset("complex", data=[1 + 2j])
    group.create_dataset("f2", data=[1.5], dtype="f2")
    group.create_dataset("scalar", data=2.25)
    group.create_dataset("empty", shape=(0, 3), dtype="f4")
    group.create_dataset("texts", data=["Grid_Temp", "Grid_xHII"])
    group.create_dataset("nan", data=[[0.0, 1.0], [np.nan, np.inf]])

arrays = {
    "coords": np.arange(12.0).reshape(4, 3) + 0.5,
    "mass": np.array([1, 2, 3, 4], "f4"),
    "id": np.array([1, -2, 3, 2**40], "i8"),
    "level": np.array([-1, 2, 3, 4], "i4"),
    "fortran": np.asfortranarray(np.arange(8.0).reshape(4, 2)),
    "flag": np.array([True, False, True, True]),
    "small": np.array([1, 2, 255, 4], "u1"),
    "scalar": np.float64(2.5),
    "words": np.array(["a", "b"]),
    "big": np.array([1.0, 2.0], ">f8"),
}
np.savez(pathlib.Path(__file__).with_name("arrays.npz"), **arrays)
np.savez_compressed(pathlib.Path(__file__).with_name("arrays_compressed.npz"), **arrays)
