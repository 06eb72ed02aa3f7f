"""Random numbers in compiled code, the same on every machine.

A stream is a value: a draw returns a number and the rest of the stream. Logarithms and exponentials are
computed here, of sums, products and roots, which IEEE 754 makes equal on every machine; a mathematics library
may differ in its last bits. So a stream of one name gives the same numbers everywhere.
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np

from callsim.sim.jit import aside, rule

OfDecimal = Callable[[Decimal], Decimal]

# Streams: SFC64 (Doty-Humphrey, PractRand), as in numpy.random.SFC64.

WORDS = 3  # of 64 bits that begin a stream
LEFT = 4  # words that are left of one
STIRS = 18  # numbers thrown away first, as its author does for three words; NumPy throws away 12

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
def kept(words):  # type: ignore[no-untyped-def]
    """Returns the stream that `lay_aside` has kept in `words` (uint64 [LEFT])."""
    return Stream(words[0], words[1], words[2], words[3])


@rule
def lay_aside(stream, words):  # type: ignore[no-untyped-def]
    """Writes the rest of a stream to `words` (uint64 [LEFT])."""
    words[0], words[1], words[2], words[3] = stream


@rule
def uniform(stream):  # type: ignore[no-untyped-def]
    """Uniform on [0, 1), in steps of 2^-53."""
    bits, stream = word(stream)
    return np.int64(bits >> _11) * _UNIT, stream


# Exponentials and logarithms, to about 1e-15.

_LOG2 = 0.6931471805599453
_STEPS = 32  # of a doubling
_RANGE = 64 * _STEPS  # up and down
_FIRST = [float(Decimal(2) ** (Decimal(n) / _STEPS)) for n in range(_STEPS)]
_POWERS = np.array([math.ldexp(_FIRST[n % _STEPS], n // _STEPS) for n in range(-_RANGE, _RANGE + 1)])


@rule
def exp(x):  # type: ignore[no-untyped-def]
    """e to the x; beyond e^±44 it stays there."""
    x = min(max(x, -44.0), 44.0)
    n = math.floor(x * (_STEPS / _LOG2) + 0.5)
    r = x - n * (_LOG2 / _STEPS)
    # Taylor: the rest is at most 0.0109^6 / 720 = 3e-15.
    return _POWERS[n + _RANGE] * (1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120))))))


@rule
def log(x):  # type: ignore[no-untyped-def]
    """The natural logarithm; of 0 minus infinity."""
    if x <= 0:
        return -math.inf
    part, doublings = math.frexp(x)
    if part < 0.7071:
        part, doublings = 2 * part, doublings - 1
    s = (part - 1) / (part + 1)
    t = s * s
    # 2 artanh(s), |s| < 0.1716: the rest is at most 1e-15 of it.
    total = 0.0
    for k in range(19, 0, -2):
        total = total * t + 1 / k
    return doublings * _LOG2 + 2 * s * total


# Exponential and normal numbers: the ziggurat of 256 layers of equal area (Marsaglia & Tsang 2000, Journal of
# Statistical Software 5(8)); the layer and the place in it come from different bits (Doornik 2005).


def _layers(tail: str, area: str, density: OfDecimal, inverse: OfDecimal) -> tuple[np.ndarray, ...]:
    """Cuts a falling density, 1 at 0, into layers of equal area from its tail up. Decimals, so alike
    everywhere.

    Returns the right end of each layer (of the first one, the tail's, the end of a rectangle of its area) and
    the density there: float64 [257]; and the ends in units of 2^-53: float64 [256].
    """
    wide, high = [Decimal(area) / density(Decimal(tail)), Decimal(tail)], [Decimal(0), density(Decimal(tail))]
    while len(wide) < 256:
        high.append(high[-1] + Decimal(area) / wide[-1])
        wide.append(inverse(high[-1]))
    ends = np.array([*wide, 0], np.float64)
    return ends, np.array([*high, 1], np.float64), ends[:-1] * _UNIT


_EXP_TAIL, _NORMAL_TAIL = 7.69711747013104972, 3.6541528853610088
_EXP_WIDE, _EXP_HIGH, _EXP_SCALE = _layers(
    "7.69711747013104972", "0.0039496598225815571993", lambda x: (-x).exp(), lambda y: -y.ln()
)
_NORMAL_WIDE, _NORMAL_HIGH, _NORMAL_SCALE = _layers(
    "3.6541528853610088",
    "0.00492867323397465525",
    lambda x: (-x * x / 2).exp(),
    lambda y: (-2 * y.ln()).sqrt(),
)


@rule
def exponential(stream):  # type: ignore[no-untyped-def]
    """Exponential of mean 1."""
    bits, stream = word(stream)
    layer = np.int64(bits & _LAYER)
    x = np.int64(bits >> _11) * _EXP_SCALE[layer]
    if x >= _EXP_WIDE[layer + 1]:
        x, stream = _edge_of_exponential(x, layer, stream)
    return x, stream


@aside
def _edge_of_exponential(x, layer, stream):  # type: ignore[no-untyped-def]
    """Keeps a number in the edge of its layer, or draws until one is kept. Needed for about 1 in 60 draws."""
    beyond = 0.0
    while x >= _EXP_WIDE[layer + 1]:
        if layer == 0:
            # Beyond its beginning the tail is distributed as the whole.
            beyond += _EXP_TAIL
        else:
            u, stream = uniform(stream)
            if _EXP_HIGH[layer] + u * (_EXP_HIGH[layer + 1] - _EXP_HIGH[layer]) < exp(-x):
                break
        bits, stream = word(stream)
        layer = np.int64(bits & _LAYER)
        x = np.int64(bits >> _11) * _EXP_SCALE[layer]
    return beyond + x, stream


@rule
def normal(stream):  # type: ignore[no-untyped-def]
    """Normal of mean 0 and deviation 1."""
    bits, stream = word(stream)
    layer = np.int64(bits & _LAYER)
    x = np.int64(bits >> _11) * _NORMAL_SCALE[layer]
    if x >= _NORMAL_WIDE[layer + 1]:
        x, stream = _edge_of_normal(x, layer, stream)
    return (-x if bits & _SIGN else x), stream


@aside
def _edge_of_normal(x, layer, stream):  # type: ignore[no-untyped-def]
    """The same for half a normal, whose tail is drawn as by Marsaglia (1964).

    Needed for about 1 in 70 draws.
    """
    while x >= _NORMAL_WIDE[layer + 1]:
        if layer == 0:
            while True:
                e, stream = exponential(stream)
                f, stream = exponential(stream)
                e /= _NORMAL_TAIL
                if 2 * f > e * e:
                    return _NORMAL_TAIL + e, stream
        u, stream = uniform(stream)
        if _NORMAL_HIGH[layer] + u * (_NORMAL_HIGH[layer + 1] - _NORMAL_HIGH[layer]) < exp(-x * x / 2):
            break
        bits, stream = word(stream)
        layer = np.int64(bits & _LAYER)
        x = np.int64(bits >> _11) * _NORMAL_SCALE[layer]
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
