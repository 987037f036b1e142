"""A run of PKDGrav3 in the layout that BEoRN 2.1.2 reads: log, raw cubes, halos as text, and a YAML catalogue.

Box 20 Mpc/h, h = 0.7, 8^3 cells. The log has a restart after step 4: the rows of steps 3 and 4 are there twice.
Run with NumPy: python make_pkdgrav.py
"""

import pathlib

import numpy as np
from _numbers import masses, mesh, positions

FOLDER = pathlib.Path(__file__).parent / "pkdgrav"
BOX, CELLS = 20.0, 8
LOG = [11.0, 9.5, 8.6, 8.0, 8.6, 8.0, 7.0]
HALOS = {2: 9, 4: 21, 5: 30}
REDSHIFTS = {2: 9.5, 4: 8.0, 5: 7.0}

(FOLDER / "nc256").mkdir(parents=True, exist_ok=True)
(FOLDER / "haloes").mkdir(exist_ok=True)
rows = [f"{n * 0.01:.6f} {z!r} {1 / (1 + z):.8f} -1.5e-3" for n, z in enumerate(LOG)]
(FOLDER / "run.log").write_text("# time z a energy\n" + "\n".join(rows) + "\n")
snapshots = ""
for step, count in HALOS.items():
    density, halos = f"nc256/run.{step:05d}.den.256.0", f"haloes/run.{step:05d}.fof.txt"
    # Counts, x fastest.
    (mesh(CELLS, step) + 1).astype("<f4").ravel(order="F").tofile(FOLDER / density)
    table = np.column_stack([masses(count, step), (positions(count, step) - 0.5) * BOX])
    text = "\n".join(" ".join(repr(float(x)) for x in row) for row in table)
    (FOLDER / halos).write_text("# mass x y z\n" + text + "\n")
    snapshots += f"- redshift: {REDSHIFTS[step]}\n  density_file: {density}\n  halo_file: {halos}\n"
    if step == 4:
        snapshots += f"- redshift: 8.6\n  density_file: {density}\n  halo_file: {halos}\n"
(FOLDER / "catalogue.yml").write_text(
    "format_version: 1\ngenerated_by: make_pkdgrav.py\nsimulation:\n  code: PKDGrav3\n"
    f"  Lbox_Mpc_per_h: {BOX}\nhalo_finder: PKDGrav3 FOF (built-in)\ncosmology:\n  h0: 0.7\nsnapshots:\n{snapshots}"
)
