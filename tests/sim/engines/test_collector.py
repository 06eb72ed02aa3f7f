"""The collector is paused while anybody plays, and afterwards as it was."""

import gc

from callsim.sim.engines.collector import paused


def test_the_last_one_switches_it_on_again() -> None:
    assert gc.isenabled()
    with paused():
        with paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_who_had_it_off_keeps_it_off() -> None:
    gc.disable()
    try:
        with paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
