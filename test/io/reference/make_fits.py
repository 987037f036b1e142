"""Writes astropy_small.fits.gz, a FITS file of many forms of numbers and texts. Made with astropy 8.0.2 (NumPy 2.4.6)."""

import gzip
import io
import os

import numpy as np
from astropy.io import fits

primary = fits.PrimaryHDU()
primary.header["TEXT"] = ("it's " * 30 + "end", "long")
primary.header["EMPTY"] = ""
primary.header["NONE"] = None
primary.header["FLOAT"] = (-1.5e-20, "small")
primary.header["SWITCH"] = True
primary.header["HIERARCH a long keyword"] = 3
primary.header["HISTORY"] = "first"
primary.header["HISTORY"] = "second"
cube = fits.ImageHDU(np.arange(24, dtype="f4").reshape(2, 3, 4) / 8, name="CUBE")
scaled = fits.ImageHDU(np.array([1, 2, -5], "i2"), name="SCALED")
scaled.header["BSCALE"], scaled.header["BZERO"], scaled.header["BLANK"] = 0.5, 10.0, -5
columns = [fits.Column("A", "J", array=[1, 2]), fits.Column("B", "3A", array=["xy", "z"])]
hdus = [
    primary,
    cube,
    fits.ImageHDU(np.array([0, 65535, 7], "u2"), name="UINT16"),
    fits.ImageHDU(np.array([0, 2**32 - 1, 7], "u4"), name="UINT32"),
    fits.ImageHDU(np.array([-3, 2**40], "i8"), name="INT64"),
    fits.ImageHDU(np.array([-3, 300], "i2"), name="INT16"),
    fits.ImageHDU(np.array([0, 255], "u1"), name="UINT8"),
    fits.BinTableHDU.from_columns(columns, name="TABLE"),
    fits.ImageHDU(np.array([np.pi, -np.inf]), name="FLOAT64"),
]
out = io.BytesIO()
fits.HDUList(hdus).writeto(out)
# astropy scales numbers on writing; the raw ones with their scale are added behind.
header = scaled.header.copy()
header["BITPIX"] = 16
raw = header.tostring().encode() + np.array([1, 2, -5], ">i2").tobytes().ljust(2880, b"\0")
with open(os.path.join(os.path.dirname(__file__), "astropy_small.fits.gz"), "wb") as f:
    f.write(gzip.compress(out.getvalue() + raw, mtime=0))
