"""What a formula says about one queue, as a few lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callsim.report.figures import NOTHING
from callsim.units import show_duration


def report(found: Mapping[str, Any]) -> str:
    """The figures of `callsim erlang`, one on each line."""
    erlangs, each = found["load_erlangs"], show_duration(found["aht_s"])
    calls, within = found["calls_per_hour"], show_duration(found["within_s"])
    level = found["service_level"]
    lines = [
        ("model", found["model"]),
        ("agents", f"{found['agents']:,}"),
        ("lines", "no limit" if found["lines"] is None else f"{found['lines']:,}"),
        (
            "load",
            f"{calls:,.10g} calls an hour of {each}: {erlangs:,.6g} erlangs",
        ),
        ("patience", "endless" if found["patience_s"] is None else show_duration(found["patience_s"])),
        ("service level", f"{_share(level['offered'])} answered within {within} ÷ offered"),
        ("", f"{_share(level['answered'])} answered within {within} ÷ answered"),
        ("", f"{_share(level['quick_abandons_excluded'])} … ÷ (offered − abandoned within {within})"),
        ("", f"{_share(level['quick_abandons_met'])} (answered + abandoned within {within}) ÷ offered"),
        ("have to wait", _share(found["p_wait"])),
        ("abandon", _share(found["p_abandon"])),
        ("blocked", _share(found["p_block"])),
        ("ASA", f"{_wait(found['asa_s'])} mean wait of answered calls"),
        ("mean wait", f"{_wait(found['wait_s'])} of answered and abandoned calls"),
        ("", f"{_wait(found['wait_of_delayed_s'])} of those who had to wait"),
        ("occupancy", _share(found["occupancy"])),
        (
            "calls waiting",
            NOTHING if found["queue_length"] is None else f"{found['queue_length']:>9,.2f}   on the mean",
        ),
    ]
    if "note" in found:
        lines.append(("note", found["note"]))
    return "\n".join(f"{name:<15}{said}" for name, said in lines) + "\n"


def _share(share: float | None) -> str:
    return f"{NOTHING:>9}  " if share is None else f"{share * 100:>9.3f} %"


def _wait(seconds: float | None) -> str:
    return f"{NOTHING:>9}  " if seconds is None else f"{seconds:>9,.2f} s"
