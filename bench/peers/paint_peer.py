"""Cloud-in-cell painting by compiled numba loops: the plain loop, and one with a mesh for each of two threads."""

import numba
import numpy as np

from serve import serve

BOX_SIZE = 100.0


@numba.njit
def paint(positions, start, end, mesh, box_size):
    n = mesh.shape[0]
    scale = np.float32(n / box_size)
    one = np.float32(1)
    for p in range(start, end):
        x, y, z = positions[p, 0] * scale, positions[p, 1] * scale, positions[p, 2] * scale
        i, j, k = int(np.floor(x)), int(np.floor(y)), int(np.floor(z))
        dx, dy, dz = x - np.float32(i), y - np.float32(j), z - np.float32(k)
        i, j, k = i % n, j % n, k % n
        i1, j1, k1 = (i + 1) % n, (j + 1) % n, (k + 1) % n
        mesh[i, j, k] += (one - dx) * (one - dy) * (one - dz)
        mesh[i, j, k1] += (one - dx) * (one - dy) * dz
        mesh[i, j1, k] += (one - dx) * dy * (one - dz)
        mesh[i, j1, k1] += (one - dx) * dy * dz
        mesh[i1, j, k] += dx * (one - dy) * (one - dz)
        mesh[i1, j, k1] += dx * (one - dy) * dz
        mesh[i1, j1, k] += dx * dy * (one - dz)
        mesh[i1, j1, k1] += dx * dy * dz


@numba.njit(parallel=True)
def paint_2_threads(positions, meshes, mesh, box_size):
    count = positions.shape[0]
    for t in numba.prange(2):
        meshes[t] = 0
        paint(positions, t * count // 2, (t + 1) * count // 2, meshes[t], box_size)
    for i in numba.prange(mesh.shape[0]):
        mesh[i] += meshes[0, i] + meshes[1, i]


def particles(order, n):
    random = np.random.default_rng(1)
    if order == "random":
        return (random.random((n**3, 3), dtype=np.float32) * np.float32(BOX_SIZE)) % np.float32(BOX_SIZE)
    lattice = np.stack(np.meshgrid(*3 * [np.arange(n)], indexing="ij"), -1).reshape(-1, 3)
    cells = (lattice + random.standard_normal(lattice.shape)) % n
    return (cells * BOX_SIZE / n).astype(np.float32)


def plain(order, n):
    positions, mesh = particles(order, n), np.zeros((n, n, n), np.float32)
    paint(positions, 0, 1, mesh, BOX_SIZE)
    return lambda: paint(positions, 0, len(positions), mesh, BOX_SIZE)


def two_threads(order, n):
    numba.set_num_threads(2)
    positions, mesh = particles(order, n), np.zeros((n, n, n), np.float32)
    meshes = np.zeros((2, n, n, n), np.float32)
    paint_2_threads(positions[:2], meshes, mesh, BOX_SIZE)
    return lambda: paint_2_threads(positions, meshes, mesh, BOX_SIZE)


serve({"numba": plain, "numba_2_threads": two_threads}, {"numba": numba.__version__, "numpy": np.__version__})
