"""A run in the layout of THESAN: groups and particles of two snapshots in several HDF5 files each, and offsets.

Box 20000 comoving kpc/h, h = 0.7. Run with NumPy and h5py: python make_thesan.py
"""

import pathlib

import h5py
import numpy as np
from _numbers import masses, positions, uniform

FOLDER = pathlib.Path(__file__).parent / "thesan"
BOX, H = 20000.0, 0.7
PARTICLES = 400
# Redshift, and groups of each file; the files without groups have no datasets.
SNAPSHOTS = {60: (9.0, [5, 0, 4]), 70: (7.0, [14])}


def header(file, number, files, **more):
    group = file.create_group("Header")
    z = SNAPSHOTS[number][0]
    for key, value in dict(BoxSize=BOX, HubbleParam=H, Redshift=z, Time=1 / (1 + z), **more).items():
        group.attrs[key] = value


for number, (z, counts) in SNAPSHOTS.items():
    groups = FOLDER / f"output/groups_{number:03d}"
    groups.mkdir(parents=True, exist_ok=True)
    total = sum(counts)
    places, mass = positions(total, number) * BOX, masses(total, number) / 1e10
    hosts = np.arange(total * 2) // 2
    starts = np.cumsum([0] + counts[:-1])
    for k, (start, count) in enumerate(zip(starts, counts)):
        name = groups / f"fof_subhalo_tab_{number:03d}.{k}.hdf5"
        with h5py.File(name, "w", track_order=True) as file:
            header(file, number, len(counts), NumFiles=np.int32(len(counts)), Ngroups_ThisFile=np.int32(count))
            group, sub = file.create_group("Group"), file.create_group("Subhalo")
            if count:
                group["GroupPos"] = places[start : start + count].astype("f4")
                group["GroupMass"] = mass[start : start + count].astype("f4")
                sub["SubhaloGrNr"] = hosts[2 * start : 2 * (start + count)].astype("i4")
    (FOLDER / "postprocessing/offsets").mkdir(parents=True, exist_ok=True)
    with h5py.File(FOLDER / f"postprocessing/offsets/offsets_{number:03d}.hdf5", "w") as file:
        file["FileOffsets/Group"] = starts.astype("i8")
        file["FileOffsets/Subhalo"] = (2 * starts).astype("i8")
    snapdir = FOLDER / f"output/snapdir_{number:03d}"
    snapdir.mkdir(exist_ok=True)
    at = positions(PARTICLES, 1000 * number) * BOX
    velocity = 512 * (uniform(2000 * number + np.arange(3 * PARTICLES)).reshape(-1, 3) - 0.5)
    for k, part in enumerate([slice(0, 150), slice(150, 390), slice(390, 400)]):
        with h5py.File(snapdir / f"snap_{number:03d}.{k}.hdf5", "w") as file:
            n = len(at[part])
            header(
                file, number, 3, NumFilesPerSnapshot=np.int32(3), MassTable=np.array([0, 0.01, 0, 0, 0, 0]),
                NumPart_ThisFile=np.array([0, n, 0, 0, 0, 0], "i4"),
                NumPart_Total=np.array([0, PARTICLES, 0, 0, 0, 0], "u4"),
                NumPart_Total_HighWord=np.zeros(6, "u4"),
            )
            file["PartType1/Coordinates"] = at[part].astype("f4")
            file["PartType1/Velocities"] = velocity[part].astype("f4")
