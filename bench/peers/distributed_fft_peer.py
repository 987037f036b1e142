"""mpi4py-fft on the ranks of mpirun: times of forward and backward transforms of a cube, as JSON from rank 0.

    mpirun -n 2 python distributed_fft_peer.py SIDE DTYPE REPEATS

DTYPE is that of the points. Each time is that of the slowest rank. The factor 1/n is left out, as ours does it at no cost.
FFTW plans with its effort "measure"; both ways to plan the local axes are tried, and the faster total is given.
"""

import json
import sys
import time

import mpi4py
import numpy as np
from mpi4py import MPI
from mpi4py_fft import PFFT, newDistArray

comm = MPI.COMM_WORLD
side, dtype, repeats = int(sys.argv[1]), np.dtype(sys.argv[2]), int(sys.argv[3])


def timed(run):
    comm.Barrier()
    start = time.perf_counter()
    run()
    return comm.allreduce(1e3 * (time.perf_counter() - start), op=MPI.MAX)


best = None
for collapse in [False, True]:
    plan = PFFT(comm, [side] * 3, dtype=dtype, collapse=collapse)
    points, spectrum = newDistArray(plan, False), newDistArray(plan, True)
    points[:] = np.random.default_rng(comm.rank).standard_normal(points.shape)
    times = {"forward": [], "inverse": []}
    for repeat in range(repeats + 1):
        forward = timed(lambda: plan.forward(points, spectrum, normalize=False))
        inverse = timed(lambda: plan.backward(spectrum, points))
        points /= side**3
        if repeat > 0:
            times["forward"].append(forward)
            times["inverse"].append(inverse)
    total = min(times["forward"]) + min(times["inverse"])
    if best is None or total < best[0]:
        best = total, times, collapse
    plan.destroy()
if comm.rank == 0:
    import mpi4py_fft

    versions = {"mpi4py": mpi4py.__version__, "mpi4py-fft": mpi4py_fft.__version__, "numpy": np.__version__}
    print(json.dumps({**best[1], "collapse": best[2], "versions": versions}))
