"""Random numbers from their words with 40 digits: JAX's normal numbers by mpmath's erfinv, and exponentials."""

import json
import sys

import mpmath

mpmath.mp.dps = 40


def normal(word, bits):
    """sqrt(2) erfinv(u), u = 2 f - 1 + half a step rounded to the type, as jax.random.normal."""
    step = mpmath.mpf(2) ** -bits
    u = 2 * (word * step) - 1 + step / 2
    u = rounded(u, bits + 1)  # to the type, which is a part of the definition
    return mpmath.sqrt(2) * mpmath.erfinv(u)


def rounded(x, bits):
    with mpmath.workprec(bits):
        return +x


def answer(kind, values, **parameters):
    if kind == "normal":
        return [normal(int(v), parameters["bits"]) for v in values]
    mean, sigma = mpmath.mpf(parameters["mean"]), mpmath.mpf(parameters["sigma"])
    return [mpmath.exp(mean + sigma * mpmath.mpf(v)) for v in values]


request = json.load(sys.stdin)
# Value and remainder, so that nothing is lost on the way.
results = answer(**request)
json.dump([[float(r), float(r - mpmath.mpf(float(r)))] for r in results], sys.stdout)
