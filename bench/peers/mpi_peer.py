"""One of two ranks that send a message to and fro, by mpi4py; the twin of bench/_ping_pong.ts."""

import json
import sys
import time

import mpi4py
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
rank, other = comm.rank, 1 - comm.rank
SECONDS = 0.15


def best(run, outer, inner):
    shortest = float("inf")
    comm.Barrier()
    for _ in range(outer):
        start = time.perf_counter()
        for _ in range(inner):
            run()
        shortest = min(shortest, (time.perf_counter() - start) / inner)
    return 1e6 * shortest


def measure(bytes):
    mine, theirs = np.full(bytes, 1, np.uint8), np.full(bytes, 2, np.uint8)

    def message():
        if rank == 0:
            comm.Send(mine, 1)
            comm.Recv(theirs, 1)
        else:
            comm.Recv(theirs, 0)
            comm.Send(mine, 0)

    def exchange():
        MPI.Request.Waitall([comm.Irecv(theirs, other), comm.Isend(mine, other)])

    inner = 200 if bytes < 65536 else 1
    outer = max(5, min(200, round(SECONDS / (inner * (1e-6 + bytes / 2e9)))))
    best(message, outer, inner)
    return {"bytes": bytes, "message": best(message, outer, inner) / 2, "exchange": best(exchange, outer, inner)}


results = [measure(int(size)) for size in sys.argv[1].split(",")]
if rank == 0:
    library = MPI.Get_library_version().split("\n")[0]
    versions = {"mpi4py": mpi4py.__version__, "numpy": np.__version__}
    print(json.dumps({"library": library, "versions": versions, "results": results}))
