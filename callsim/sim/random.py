"""Random numbers in compiled code, the same on every machine.

A stream is a value: drawing from it gives a number and what is left of the stream. Nothing here
calls a mathematics library: sums, products and square roots are exact in IEEE 754, so the same
name gives the same numbers everywhere.
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from .jit import aside, rule

# Streams: SFC64 (Doty-Humphrey, PractRand), as in numpy.random.SFC64.

WORDS = 3  # of 64 bits that begin a stream
STIRS = 12  # numbers thrown away, until every bit of the first words has reached every bit of the state

_ONE, _3, _8, _11, _24, _40 = (np.uint64(n) for n in (1, 3, 8, 11, 24, 40))
_LAYER, _SIGN = np.uint64(0xFF), np.uint64(0x100)
_UNIT = 2.0**-53


class Stream(NamedTuple):
    """What is left of a stream: four words, uint64."""

    a: Any
    b: Any
    c: Any
    counter: Any


@rule
def word(stream):  # type: ignore[no-untyped-def]
    """64 random bits: (uint64, stream)."""
    a, b, c, counter = stream
    drawn = a + b + counter
    return drawn, Stream(b ^ (b >> _11), c + (c << _3), ((c << _24) | (c >> _40)) + drawn, counter + _ONE)


@aside
def begin(root, name):  # type: ignore[no-untyped-def]
    """A stream of its own for each root (uint64 [WORDS]) and each name (uint64)."""
    stream = Stream(root[0], root[1], root[2] ^ name, _ONE)
    for _ in range(STIRS):
        _, stream = word(stream)
    return stream


@rule
def uniform(stream):  # type: ignore[no-untyped-def]
    """Uniform on [0, 1), in steps of 2^-53."""
    bits, stream = word(stream)
    return np.int64(bits >> _11) * _UNIT, stream


# Exponentials and logarithms, to about 1e-15.

_STEPS = 32  # of a doubling
_RANGE = 64  # doublings up and down
_STEP = math.log(2) / _STEPS
_LOG2 = 0.6931471805599453
_ROOT_HALF = 0.7071067811865476


def _powers() -> np.ndarray:
    """2 to the n / 32 for n from -64 * 32 to 64 * 32: square roots and doublings are exact or rounded right."""
    roots = [1.0]
    for k in range(5):  # 2^(1/2), 2^(1/4) ... 2^(1/32)
        roots.append(math.sqrt(roots[k] if k else 2.0))
    steps = np.ones(_STEPS)
    for n in range(_STEPS):
        for k in range(5):
            if n >> k & 1:
                steps[n] *= roots[5 - k]
    return np.array([math.ldexp(steps[n % _STEPS], n // _STEPS) for n in range(-_RANGE * _STEPS, _RANGE * _STEPS + 1)])


_POWERS = _powers()


@rule
def exp(x):  # type: ignore[no-untyped-def]
    """e to the x; beyond e^±44 it stays there."""
    x = min(max(x, -44.0), 44.0)
    n = math.floor(x * (1 / _STEP) + 0.5)
    r = x - n * _STEP
    # Taylor: the rest is at most 0.0108^6 / 720 = 2e-15.
    tail = 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120)))))
    return _POWERS[n + _RANGE * _STEPS] * tail


@rule
def log(x):  # type: ignore[no-untyped-def]
    """The natural logarithm; of 0 minus infinity."""
    if x <= 0:
        return -math.inf
    part, doublings = math.frexp(x)
    if part < _ROOT_HALF:
        part, doublings = 2 * part, doublings - 1
    s = (part - 1) / (part + 1)
    t = s * s
    # 2 artanh(s), |s| <= 0.1716: the rest is at most 1e-15 of it.
    total = 0.0
    for k in range(19, 0, -2):
        total = total * t + 1 / k
    return doublings * _LOG2 + 2 * s * total


# Exponential and normal numbers: the ziggurat of 256 layers of equal area (Marsaglia & Tsang 2000, Journal of
# Statistical Software 5(8)); layer and place come from different bits (Doornik 2005).


class Ziggurat(NamedTuple):
    """Layers from the widest to the narrowest; the first stands for the base and the tail."""

    wide: np.ndarray  # float64 [257] right end of each layer; the first is area / density(tail)
    high: np.ndarray  # float64 [257] density there
    scale: np.ndarray  # float64 [256] wide * 2^-53


def _layers(tail, area, density, inverse):  # type: ignore[no-untyped-def]
    wide, high = np.zeros(257), np.ones(257)
    wide[0], wide[1], high[0], high[1] = area / density(tail), tail, 0.0, density(tail)
    for k in range(2, 256):
        high[k] = high[k - 1] + area / wide[k - 1]
        wide[k] = inverse(high[k])
    return Ziggurat(wide, high, wide[:256] * _UNIT)


def _plain(function: Any) -> Any:
    """The rule before it was compiled."""
    return getattr(function, "py_func", function)


_exp, _log = _plain(exp), _plain(log)
EXP_TAIL, EXP_AREA = 7.69711747013104972, 0.0039496598225815571993
NORMAL_TAIL, NORMAL_AREA = 3.6541528853610088, 0.00492867323399
EXPONENTIAL = _layers(EXP_TAIL, EXP_AREA, lambda x: _exp(-x), lambda y: -_log(y))
NORMAL = _layers(NORMAL_TAIL, NORMAL_AREA, lambda x: _exp(-x * x / 2), lambda y: math.sqrt(-2 * _log(y)))
EXP_WIDE, EXP_HIGH, EXP_SCALE = EXPONENTIAL
NORMAL_WIDE, NORMAL_HIGH, NORMAL_SCALE = NORMAL


@rule
def exponential(stream):  # type: ignore[no-untyped-def]
    """Exponential of mean 1."""
    bits, stream = word(stream)
    layer = np.int64(bits & _LAYER)
    x = np.int64(bits >> _11) * EXP_SCALE[layer]
    if x >= EXP_WIDE[layer + 1]:
        x, stream = _edge_of_exponential(x, layer, stream)
    return x, stream


@aside
def _edge_of_exponential(x, layer, stream):  # type: ignore[no-untyped-def]
    """A number that fell into the edge of its layer, or the next ones until one stays. About 1 in 60."""
    beyond = 0.0
    while x >= EXP_WIDE[layer + 1]:
        if layer == 0:
            # What lies beyond the tail's beginning is distributed as the whole.
            beyond += EXP_TAIL
        else:
            u, stream = uniform(stream)
            if EXP_HIGH[layer] + u * (EXP_HIGH[layer + 1] - EXP_HIGH[layer]) < exp(-x):
                break
        bits, stream = word(stream)
        layer = np.int64(bits & _LAYER)
        x = np.int64(bits >> _11) * EXP_SCALE[layer]
    return beyond + x, stream


@rule
def normal(stream):  # type: ignore[no-untyped-def]
    """Normal of mean 0 and deviation 1."""
    bits, stream = word(stream)
    layer = np.int64(bits & _LAYER)
    x = np.int64(bits >> _11) * NORMAL_SCALE[layer]
    if x >= NORMAL_WIDE[layer + 1]:
        x, stream = _edge_of_normal(x, layer, stream)
    return (-x if bits & _SIGN else x), stream


@aside
def _edge_of_normal(x, layer, stream):  # type: ignore[no-untyped-def]
    """The same for half a normal; its tail as Marsaglia (1964) drew it. About 1 in 70."""
    while x >= NORMAL_WIDE[layer + 1]:
        if layer == 0:
            while True:
                e, stream = exponential(stream)
                f, stream = exponential(stream)
                e /= NORMAL_TAIL
                if 2 * f > e * e:
                    return NORMAL_TAIL + e, stream
        u, stream = uniform(stream)
        if NORMAL_HIGH[layer] + u * (NORMAL_HIGH[layer + 1] - NORMAL_HIGH[layer]) < exp(-x * x / 2):
            break
        bits, stream = word(stream)
        layer = np.int64(bits & _LAYER)
        x = np.int64(bits >> _11) * NORMAL_SCALE[layer]
    return x, stream


@aside
def gamma(k, stream):  # type: ignore[no-untyped-def]
    """Gamma of shape k >= 0 and scale 1 (Marsaglia & Tsang 2000, ACM TOMS 26(3), 363-372); 0 where k is."""
    if k <= 0:
        return 0.0, stream
    shrunk = 1.0
    if k < 1:
        e, stream = exponential(stream)
        shrunk, k = exp(-e / k), k + 1
    d = k - 1 / 3
    c = 1 / math.sqrt(9 * d)
    while True:
        x, stream = normal(stream)
        v = 1 + c * x
        if v > 0:
            v = v * v * v
            u, stream = uniform(stream)
            square = x * x
            if u < 1 - 0.0331 * square * square or log(u) < square / 2 + d * (1 - v + log(v)):
                return d * v * shrunk, stream
