"""Random numbers against NumPy's generator, against exact distributions, and for independence of names.

Seeds are fixed. A tolerance is a standard error (|z| ≤ 4), a p of at least 1e-4, or a known rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.random import SFC64, SeedSequence
from numpy.random.bit_generator import ISeedSequence
from scipy import special, stats

from callsim.sim.jit import rule
from callsim.sim.luck import random
from callsim.sim.luck.random import STIRS, WORDS, begin, exp, exponential, gamma, log, normal, uniform, word
from tests.makers.near import near

ROOT = SeedSequence(2017).generate_state(WORDS, np.uint64)
NONE = np.uint64(0)
DRAWN = 400_000


class Words(ISeedSequence):
    """Seeds NumPy's generator with words as they are."""

    def __init__(self, words: np.ndarray):
        self.words = words

    def generate_state(self, n_words: int, dtype: object = np.uint32) -> np.ndarray:
        assert n_words == len(self.words)
        return self.words


def filler(draw_one: Any) -> Callable[..., None]:
    @rule
    def fill(out, root, name):  # type: ignore[no-untyped-def]
        stream = begin(root, name)
        for k in range(len(out)):
            out[k], stream = draw_one(stream)

    return fill


words, uniforms, exponentials, normals = (filler(one) for one in (word, uniform, exponential, normal))


@rule
def gammas(out, root, name, k):  # type: ignore[no-untyped-def]
    stream = begin(root, name)
    for row in range(len(out)):
        out[row], stream = gamma(k, stream)


@rule
def tails(out, root, name, edge):  # type: ignore[no-untyped-def]
    stream = begin(root, name)
    for row in range(len(out)):
        out[row], stream = edge(math.inf, 0, stream)


@rule
def values(x, exps, logs):  # type: ignore[no-untyped-def]
    for k in range(len(x)):
        exps[k] = exp(x[k])
        logs[k] = log(abs(x[k]))


def drawn(fill: Callable[..., None], *more: float, calls: int = DRAWN) -> np.ndarray:
    out = np.empty(calls)
    fill(out, ROOT, NONE, *more)
    return out


@pytest.mark.parametrize("name", [0, 1, 2**32 + 5, 2**64 - 1])
def test_words_are_those_of_sfc64_bit_for_bit(name: int) -> None:
    out = np.empty(10_000, np.uint64)
    words(out, ROOT, np.uint64(name))
    begins = ROOT.copy()
    begins[2] ^= np.uint64(name)
    theirs = SFC64(Words(begins))  # type: ignore[arg-type]
    theirs.random_raw(STIRS - 12)  # it has thrown away 12 itself
    np.testing.assert_array_equal(out, theirs.random_raw(len(out)))


def test_every_bit_of_a_name_changes_half_of_the_first_word() -> None:
    names = np.arange(2000, dtype=np.uint64)
    first = np.empty(1, np.uint64)

    def firsts(flipped: int) -> np.ndarray:
        found = np.empty(len(names), np.uint64)
        for k, name in enumerate(names):
            words(first, ROOT, name ^ np.uint64(flipped))
            found[k] = first[0]
        return found

    plain = firsts(0)
    ones = np.empty((64, 64))
    for bit in range(64):
        changed = (plain ^ firsts(1 << bit)).view(np.uint8).reshape(len(names), 8)
        ones[bit] = np.unpackbits(changed, axis=1).sum(axis=0)
    z = (ones - len(names) / 2) / math.sqrt(len(names) / 4)
    # A flip of one of the lowest 11 bits meets each pair of names twice: half as many independent pairs.
    assert stats.chi2.sf((z[11:] ** 2).sum(), z[11:].size) >= 1e-4
    assert stats.chi2.sf((z[:11] ** 2).sum() / 2, z[:11].size) >= 1e-4


def test_neighbouring_names_share_nothing() -> None:
    firsts = np.empty((20_000, 3))
    for name, row in enumerate(firsts):
        uniforms(row, ROOT, np.uint64(name))
    assert stats.kstest(firsts.ravel(), "uniform").pvalue >= 1e-4
    for column in range(3):
        for lag in (1, 2, 48):
            correlation = np.corrcoef(firsts[:-lag, 0], firsts[lag:, column])[0, 1]
            assert abs(correlation) <= 4 / math.sqrt(len(firsts))


def test_exponentials_and_logarithms() -> None:
    x = np.concatenate([np.linspace(-43.9, 43.9, 20_001), [1e-300, 0.0, 1.0, math.sqrt(0.5), 1e-9]])
    exps, logs = np.empty_like(x), np.empty_like(x)
    values(x, exps, logs)
    # Taylor's rest is 3e-15, and |x| is known to 2^-53 of itself.
    np.testing.assert_allclose(exps, np.exp(x), rtol=3e-15 + 44 * 2**-52)
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(logs, np.log(np.abs(x)), rtol=2e-15)
    far = np.array([-1e9, -math.inf, 1e9, math.inf])
    values(far, exps, logs)
    assert exps[:4].tolist() == [exps[0], exps[0], exps[2], exps[2]]
    assert 0 < exps[0] < 1e-19
    assert 1e19 < exps[2] < 1e20


@pytest.mark.parametrize(
    ("wide", "high", "tail", "density"),
    [
        (random._EXP_WIDE, random._EXP_HIGH, lambda r: math.exp(-r), lambda x: np.exp(-x)),
        (
            random._NORMAL_WIDE,
            random._NORMAL_HIGH,
            lambda r: math.sqrt(math.pi / 2) * special.erfc(r / math.sqrt(2)),
            lambda x: np.exp(-x * x / 2),
        ),
    ],
    ids=["exponential", "normal"],
)
def test_layers_have_equal_areas_and_follow_the_density(
    wide: np.ndarray, high: np.ndarray, tail: Callable[..., float], density: Callable[..., np.ndarray]
) -> None:
    area = wide[1] * high[1] + tail(wide[1])
    assert wide[0] * high[1] == pytest.approx(area, rel=1e-13)
    np.testing.assert_allclose(wide[1:256] * np.diff(high)[1:], area, rtol=1e-11)
    np.testing.assert_allclose(high[1:], density(wide[1:]), rtol=1e-13)


CONTINUOUS = {
    "uniform": (uniforms, (), stats.uniform()),
    "exponential": (exponentials, (), stats.expon()),
    "normal": (normals, (), stats.norm()),
    "gamma of 0.3": (gammas, (0.3,), stats.gamma(0.3)),
    "gamma of 0.9": (gammas, (0.9,), stats.gamma(0.9)),
    "gamma of 1": (gammas, (1.0,), stats.gamma(1)),
    "gamma of 2.5": (gammas, (2.5,), stats.gamma(2.5)),
    "gamma of 400": (gammas, (400.0,), stats.gamma(400)),
}


@pytest.mark.parametrize("name", CONTINUOUS)
def test_numbers_have_their_distribution(name: str) -> None:
    fill, more, exact = CONTINUOUS[name]
    found = drawn(fill, *more)
    mean, variance = exact.stats("mv")
    near(found, mean, math.sqrt(variance))
    m1, m2, m3, m4 = (exact.moment(n) for n in (1, 2, 3, 4))
    fourth = m4 - 4 * m1 * m3 + 6 * m1**2 * m2 - 3 * m1**4
    near((found - mean) ** 2, variance, math.sqrt(fourth - variance**2))
    assert stats.kstest(found, exact.cdf).pvalue >= 1e-4
    following = found - mean
    assert abs(np.mean(following[1:] * following[:-1])) <= 4 * variance / math.sqrt(len(found))


@pytest.mark.parametrize(
    ("fill", "edge", "exact", "begins"),
    [
        (exponentials, random._edge_of_exponential, stats.expon(), random._EXP_TAIL),
        (normals, random._edge_of_normal, stats.norm(), random._NORMAL_TAIL),
    ],
    ids=["exponential", "normal"],
)
def test_the_tail_is_as_thin_and_as_long_as_it_should_be(
    fill: Callable[..., None], edge: Any, exact: Any, begins: float
) -> None:
    share = exact.sf(begins)
    near(drawn(fill, calls=10_000_000) > begins, share, math.sqrt(share))
    tail = drawn(tails, edge)
    assert tail.min() >= begins
    assert stats.kstest(exact.sf(tail) / share, "uniform").pvalue >= 1e-4


def test_a_gamma_without_shape_is_nothing() -> None:
    assert not drawn(gammas, 0.0, calls=10).any()
