"""Opens the FITS file of a cube with astropy and compares it with the HDF5 file of the same cube: structure, values, units and
world coordinates there and back. Exits with 1 on a mismatch.

usage: check_fits.py cube.fits cube.h5
"""

import sys
import warnings

import h5py
import numpy as np
from astropy import units as u
from astropy.io import fits
from astropy.wcs import WCS

warnings.simplefilter("error", fits.verify.VerifyWarning)
UNITS = {
    "Lsun/Angstrom": u.Lsun / u.AA,
    "1e-20 erg/s/cm2/Angstrom": 1e-20 * u.erg / u.s / u.cm**2 / u.AA,
}


def main(fits_path, h5_path):
    failures = []

    def check(what, holds, detail=""):
        print(("ok    " if holds else "WRONG ") + what, detail)
        if not holds:
            failures.append(what)

    with fits.open(fits_path) as hdus, h5py.File(h5_path) as h5:
        hdus.verify("exception")
        names = [hdu.name for hdu in hdus]
        aperture = h5["aperture"][()].astype(bool)
        wanted = ["PRIMARY", "DATA"] + ["STAT"] * ("variance" in h5) + ["APERTURE"] * (not aperture.all())
        check("extensions", names == wanted, names)
        unit = h5["flux"].attrs["unit"]
        unit = UNITS[unit.decode() if isinstance(unit, bytes) else unit]
        for name, dataset, power in ("DATA", "flux", 1), ("STAT", "variance", 2):
            if dataset not in h5:
                continue
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", u.UnitsWarning)
                written = u.Unit(hdus[name].header["BUNIT"], format="fits")
            check(f"{name} unit", abs((1 * written).to_value(unit**power) - 1) < 1e-12, written)
            cube, values = hdus[name].data, h5[dataset][()].transpose(2, 0, 1)
            check(f"{name} shape and width", cube.shape == values.shape and cube.dtype.itemsize == values.dtype.itemsize, cube.dtype)
            check(f"{name} values inside of the aperture", np.array_equal(cube[:, aperture], values[:, aperture]))
            outside = cube[:, ~aperture]
            check(f"{name} outside of it", np.isnan(outside).all() or np.array_equal(outside, values[:, ~aperture]))
        wcs = WCS(hdus["DATA"].header)
        wavelength, (ny, nx) = h5["wavelength"][()], aperture.shape
        spectral = wcs.spectral.pixel_to_world_values(np.arange(len(wavelength))) * 1e10
        check("wavelengths [m to Angstrom]", np.abs(spectral - wavelength).max() < 1e-8 * wavelength[0])
        check("wavelength type", wcs.wcs.ctype[2] == {"air": "AWAV", "vacuum": "WAVE"}[text(h5.attrs["medium"])], wcs.wcs.ctype[2])
        sky = wcs.celestial
        centre = sky.pixel_to_world((nx - 1) / 2, (ny - 1) / 2)
        off = np.hypot(centre.ra.wrap_at("180d").deg - wcs.wcs.crval[0], centre.dec.deg - wcs.wcs.crval[1])
        check("middle of the field", off < 1e-12, centre.to_string("hmsdms"))
        size = float(np.squeeze(h5.attrs["spaxel_size_arcsec"]))
        right = sky.pixel_to_world((nx - 1) / 2 + 1, (ny - 1) / 2)
        up = sky.pixel_to_world((nx - 1) / 2, (ny - 1) / 2 + 1)
        east, north = centre.spherical_offsets_to(right)[0].arcsec, centre.spherical_offsets_to(up)[1].arcsec
        check("spaxels [arcsec]", abs(abs(east) - size) < 1e-9 * size and abs(north - size) < 1e-9 * size, (east, north))
        y, x = np.indices(aperture.shape)
        back = np.array(sky.world_to_pixel(sky.pixel_to_world(x, y)))
        check("sky there and back [pixel]", np.abs(back - [x, y]).max() < 1e-6, np.abs(back - [x, y]).max())
        for key, value in h5["header"].attrs.items():
            value = value.decode() if isinstance(value, bytes) else np.squeeze(value).item() if isinstance(value, np.ndarray) else value
            stored = hdus[0].header.get(key)
            stored = str(stored) if isinstance(value, str) else stored
            check(f"header {key}", stored == value, stored)
    return 1 if failures else 0


def text(value):
    return value.decode() if isinstance(value, bytes) else value


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
