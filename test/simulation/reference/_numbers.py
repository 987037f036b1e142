"""Numbers that the scripts here and the tests compute alike: multiples of 2^-16, so that no step rounds."""

import numpy as np


def uniform(n):
    """Numbers in [0, 1) that look random, for whole numbers n."""
    return ((np.asarray(n) * 7919 + 104729) * 40503 % 65536) / 65536


def positions(count, first):
    """Places in a box of side 1, `[halo, 3]`."""
    return uniform(first + np.arange(3 * count)).reshape(count, 3)


def masses(count, first):
    """Masses: whole numbers from 1e9."""
    return 1e9 * (1 + np.floor(99 * uniform(first + 5000 + np.arange(count))))


def mesh(cells, first):
    """Whole numbers from 0 to 15 on a mesh, as a function of (i, j, k) that differs for each order of the axes."""
    i, j, k = np.indices((cells, cells, cells))
    return (3 * i + 5 * j + 7 * k + i * j + first) % 16
