"""NumPy's own streams, number by number."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import PCG64, Generator, SeedSequence

from callsim.sim.luck import pcg

WORDS = st.integers(0, 2**64 - 1) | st.integers(0, 3) | st.sampled_from([2**32 - 1, 2**32])


@settings(deadline=None)  # the first call compiles
@given(st.integers(0, 2**200) | st.integers(0, 3), st.lists(WORDS, min_size=1, max_size=3), WORDS)
def test_a_name_begins_numpys_stream(seed: int, names: list[int], last: int) -> None:
    root, pool, drawn = pcg.pool_of(seed, *names), np.empty(pcg.POOL + 1, np.uint64), np.empty(5)
    words = np.empty((2, 7), np.uint64)
    with np.errstate(over="ignore"):
        pcg.extend(root, np.uint64(last), pool)
        pcg.uniforms(pool, drawn)
        pcg.states(root, np.array([0, last], np.uint64), pool.copy(), words)
    named = SeedSequence(seed, spawn_key=(*names, last))
    np.testing.assert_array_equal(pool[: pcg.POOL], named.pool)
    np.testing.assert_array_equal(drawn, Generator(PCG64(named)).random(5))
    np.testing.assert_array_equal(words[1], named.generate_state(7, np.uint64))


def test_a_long_stream_is_numpys() -> None:
    """Its states turn bits by all numbers from 0 to 63."""
    drawn = np.empty(10_000)
    with np.errstate(over="ignore"):
        pcg.uniforms(pcg.pool_of(1, 2), drawn)
    named = SeedSequence(1, spawn_key=(2,))
    np.testing.assert_array_equal(drawn, Generator(PCG64(named)).random(10_000))
