"""The roster of some crews alone: cut from the rows of the whole, it says what one made anew would."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from callsim.sim.luck.crews import Crew, Roster, Rows, Wave

DAY_ONE, CREWS = 730_000, 12


def crew(luck: np.random.Generator) -> Crew:
    steps = int(luck.integers(2, 6))
    agents = luck.integers(0, 9, steps)
    away = tuple(np.flatnonzero(luck.random(9) < 0.2).astype(np.int32) for _ in range(steps))
    return Crew(
        key=int(luck.integers(1 << 40)),
        times=np.sort(luck.integers(0, 86_400_000, steps)),
        agents=np.append(agents[:-1], 0),
        breaks=luck.random(steps) < 0.5,
        weekdays=frozenset(luck.integers(0, 7, 3).tolist()),
        whole=bool(luck.integers(2)),
        dates=frozenset((DAY_ONE + luck.integers(0, 5, 2)).tolist()),
        but=frozenset((DAY_ONE + luck.integers(5, 9, 1)).tolist()),
        on_phone=0.9,
        absent=float(luck.choice([0, 0.1])),
        correlation=0.2,
        waves=tuple(wave for wave in (Wave(0, 9, 0.3), Wave(5, 7, 0.1)) if luck.random() < 0.4),
        away=away if luck.random() < 0.6 else (),
    )


@pytest.mark.parametrize("seed", range(20))
def test_rows_of_some_crews_are_those_made_anew(seed: int) -> None:
    luck = np.random.default_rng(seed)
    numbers = tuple(sorted(luck.integers(0, CREWS // 2, CREWS).tolist()))  # some stand in it several times
    whole = Roster(tuple(crew(luck) for _ in range(CREWS)), DAY_ONE, numbers if seed % 2 else None)
    kept = np.flatnonzero(luck.random(whole.number) < 0.5)
    part = whole.of(kept)
    anew = Roster(part.crews, part.day_one, part.numbers)
    assert part.number == anew.number
    for name, found, wanted in zip(Rows._fields, part.rows, anew.rows, strict=True):
        if name == "dates":  # only those on which a crew of its own is unlike its weekday
            for date in wanted:
                assert_array_equal(part.rows.comes(date), anew.rows.comes(date))
            assert found.keys() <= wanted.keys()
        elif name == "waves":
            assert found.keys() == wanted.keys()
            for wave in wanted:
                assert_array_equal(found[wave], wanted[wave])
        else:
            assert found.dtype == wanted.dtype
            assert_array_equal(found, wanted)
