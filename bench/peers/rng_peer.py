"""Random numbers by NumPy's Generator(PCG64), into given arrays where it can."""

import numpy as np

from serve import serve

generator = np.random.Generator(np.random.PCG64(1))


def into(draw, dtype):
    def case(count):
        out = np.empty(count, dtype)
        return lambda: draw(out)

    return case


cases = {
    "normal f64": into(lambda out: generator.standard_normal(out=out), np.float64),
    "normal f32": into(lambda out: generator.standard_normal(out=out, dtype=np.float32), np.float32),
    "uniform f64": into(lambda out: generator.random(out=out), np.float64),
    "uniform f32": into(lambda out: generator.random(out=out, dtype=np.float32), np.float32),
    "exponential f64": into(lambda out: generator.standard_exponential(out=out), np.float64),
    "integers below 1000": lambda count: lambda: generator.integers(0, 1000, count, dtype=np.int32),
    "poisson of 3": lambda count: lambda: generator.poisson(3.0, count),
    "poisson of 100": lambda count: lambda: generator.poisson(100.0, count),
    "permutation": lambda count: lambda: generator.permutation(count),
    "choice of 1000": lambda count: lambda: generator.choice(count, 1000, replace=False),
}
serve(cases, {"numpy": np.__version__})
