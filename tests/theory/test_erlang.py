"""Erlang B, C and A against published and 40-digit values, against each other, and at their extremes."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callsim import erlang
from callsim.erlang import evaluate, fewest_agents, fewest_lines, wait_quantile
from callsim.erlang.search import fewest
from callsim.errors import UserError
from tests.theory import oracle
from tests.theory.oracle import Row

TINY = sys.float_info.min  # below it numbers lose their digits one by one


def queue_figure(row: Row) -> float:
    """A row of one queue: n agents, patience or not, a limited waiting room or not."""
    name, within = re.fullmatch(r"([^(]*)(?:\((\d+)s?\))?", row.measure).groups()
    within_s = float(within) if within else row.seconds("T") or 20.0
    lines = row.agents + int(row["r"]) if "r" in row else int(row["K"]) if "K" in row else None
    given = (row.agents, row.calls_per_hour, row.aht_s, row.patience_s)
    if name.startswith("q"):
        return wait_quantile(float(name[1:].removesuffix("_W_s")) / (100 if "_" in name else 1), *given)
    result = evaluate(*given, within_s=within_s, lines=lines)
    in_building = result.queue_length + result.occupancy * result.agents
    level = result.service_level
    return {
        "p_wait": lambda: result.p_wait,
        "p_ab": lambda: result.p_abandon,
        "1-p_ab": lambda: 1 - result.p_abandon,
        "p_ab_given_wait": lambda: result.wait_of_delayed_s / row.patience_s,
        "p_block": lambda: result.p_block,
        "p0": lambda: result.p_block * math.prod(min(k, row.agents) / row.load for k in range(1, lines + 1)),
        "EW": lambda: result.wait_s,
        "EW_s": lambda: result.wait_s,
        "EW_min": lambda: result.wait_s / 60,
        "EW_entering": lambda: result.wait_s,
        "EW_delayed": lambda: result.wait_of_delayed_s,
        "EW_served": lambda: result.asa_s,
        "EW_ab": lambda: result.wait_of_abandoned_s,
        "EV": lambda: result.virtual_wait_s,
        "EQ": lambda: result.queue_length,
        "EL": lambda: in_building,
        "EL_over_lam_s": lambda: in_building / row.calls_per_hour * 3600,
        "ER": lambda: result.wait_s + row.aht_s,
        "occupancy": lambda: result.occupancy,
        "throughput": lambda: row.calls_per_hour / 3600 * result.p_answered,
        "pW_gt": lambda: result.p_wait_longer,
        "SL": lambda: level["offered"],
        "SL_offered": lambda: level["offered"],
        "SL_answered": lambda: level["answered"],
        "SL_excl_short": lambda: level["quick_abandons_excluded"],
        "SL_notlate": lambda: level["quick_abandons_met"],
        "SL_virtual": lambda: result.virtual_within,
    }[name]()


def thinned(row: Row) -> float:
    """Erlang C without the calls that abandon in Erlang A (patience 2 min); the row rounds their share."""
    answered = evaluate(row.agents, row.calls_per_hour, row.aht_s, patience_s=120).p_answered
    params = {**row.params, "lam_per_min": row["lam_per_min"] * answered}
    return queue_figure(replace(row, params=params))


def blocked(row: Row) -> float:
    return evaluate(None, row.calls_per_hour, row.aht_s, lines=row.agents).p_block


def most_load(row: Row) -> float:
    return erlang.most_calls_per_hour(row["p_block"], row.agents, aht_s=3600)


def least_lines(row: Row) -> int:
    return fewest_lines(row["p_block"], row.calls_per_hour, row.aht_s)


def least_agents_by_waiting(row: Row) -> int:
    return fewest(lambda agents: erlang.erlang_c_p_wait(agents, row.load) <= row["p_wait_max"], start=0)


def least_agents_by_abandoning(row: Row) -> float:
    agents = fewest_agents(
        None, row.calls_per_hour, row.aht_s, row.patience_s, abandon_at_most=row["p_ab_max"]
    )
    return agents - row.load if row.measure == "n-a" else agents


def class_wait(row: Row) -> float:
    rates = row.params.get("lams") or [row["lam0"], row["lam1"]]
    wait = erlang.priority_waits(row.agents, [3600 * rate for rate in rates], row.aht_s)[int(row.measure[-1])]
    return wait + row.aht_s if row.measure.startswith("ER") else wait


def garnett(row: Row) -> float:
    formula = erlang.garnett_p_wait if row.measure == "p_wait" else erlang.garnett_p_abandon
    return formula(row["beta"], row["mu_over_theta"])


COVERED: dict[str, tuple[int, Callable[[Row], float]]] = {
    "M/M/n": (228, queue_figure),
    "M/M/n+M": (2661, queue_figure),
    "M/M/n with lam thinned by p_ab": (3, thinned),
    "M/M/n/K": (8, queue_figure),
    "M/M/n/n+r": (36, queue_figure),
    "M/M/n/n+r+M": (36, queue_figure),
    "M/G/n/n": (51, blocked),
    "M/G/n/n inverse": (40, most_load),
    "M/G/n/n min n": (7, least_lines),
    "M/M/n min n": (20, least_agents_by_waiting),
    "M/M/n+M min n": (22, least_agents_by_abandoning),
    "M/M/1 priority HOL (2 classes)": (2, class_wait),
    "M/M/n priority HOL non-preemptive": (6, class_wait),
    "Halfin-Whitt alpha(beta)": (13, lambda row: erlang.halfin_whitt_p_wait(row["beta"])),
    "Halfin-Whitt inverse": (17, lambda row: erlang.halfin_whitt_beta(row["alpha"])),
    "Garnett function (M/M/n+M QED limit)": (70, garnett),
}
FOR_THE_SIMULATOR = {"M/M/n+G": 462, "Erlang X fixed point": 24, "M_t/M/inf ramp from empty (theta=mu)": 8}


@pytest.mark.parametrize("model", COVERED)
def test_every_row(model: str) -> None:
    count, figure = COVERED[model]
    misses = [(row.miss(figure(row)), row) for row in oracle.of(model)]
    worst, where = max(misses, key=lambda miss: miss[0])
    assert worst <= 1e-9, where
    assert len(misses) == count


def test_no_row_is_forgotten() -> None:
    counts = {model: count for model, (count, _) in COVERED.items()} | FOR_THE_SIMULATOR
    assert counts == {model: len(oracle.of(model)) for model in {row.model for row in oracle.rows()}}
    assert sum(count for count, _ in COVERED.values()) == 3220


# A million agents, handling time 300 s: the chain summed with 50 digits by mpmath, apart from this project.
MILLION = 1_000_000


@pytest.mark.parametrize(
    ("load", "exact"),
    [
        (990_000, 5.4995431265267092e-26),
        (999_000, 0.00028742137577686792),
        (1_000_000, 0.00079746030685556101),
        (1_200_000, 0.16667083308336833),
    ],
)
def test_blocking_by_a_million_lines(load: float, exact: float) -> None:
    assert evaluate(None, load * 12, 300, lines=MILLION).p_block == pytest.approx(exact, rel=1e-9)


def test_load_that_a_million_lines_block_one_percent_of() -> None:
    assert erlang.load_for(MILLION, 0.01) == pytest.approx(1010001.9634777461, rel=1e-12)


@pytest.mark.parametrize(
    ("load", "exact"), [(990_000, 5.4995431265267092e-24), (999_000, 0.22330339029134409)]
)
def test_waiting_for_a_million_agents(load: float, exact: float) -> None:
    assert evaluate(MILLION, load * 12, 300).p_wait == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize(
    ("load", "patience_s", "p_wait", "p_abandon", "offered", "virtual", "longer", "abandoned"),
    [
        (
            *(999_000, 120, 0.12800298313576644, 0.00012282247890115008, 0.99987717661130724),
            *(0.99999999908236072, 9.1002406330974892e-10, 0.00012282247866869845),
        ),
        (
            *(1_001_000, 120, 0.6851000959748745, 0.0011643607642871543, 0.99883397057044121),
            *(0.99999831683947092, 1.6691924724068374e-6, 0.0011643602370863867),
        ),
        (
            *(1_000_000, 3600, 0.7760503268217908, 0.00017873350797100924, 0.73920513388474561),
            *(0.73927136485091069, 0.26065622058625836, 0.00013864552899602825),
        ),
    ],
)
def test_impatience_with_a_million_agents(
    load: float,
    patience_s: float,
    p_wait: float,
    p_abandon: float,
    offered: float,
    virtual: float,
    longer: float,
    abandoned: float,
) -> None:
    result = evaluate(MILLION, load * 12, 300, patience_s, within_s=1)
    got = (
        result.p_wait,
        result.p_abandon,
        result.answered_within,
        result.virtual_within,
        result.p_wait_longer,
    )
    assert got == pytest.approx((p_wait, p_abandon, offered, virtual, longer), rel=1e-9)
    assert result.abandoned_within == pytest.approx(abandoned, rel=1e-9)


agents = st.integers(1, 20_000) | st.integers(1, MILLION)
per_agent = st.floats(0.01, 3) | st.floats(0.98, 1.02)
aht = st.floats(1, 3600)
patiences = st.floats(0.1, 1e5)
within = st.floats(0, 600)
CLOSE = {"rel": 1e-9, "abs": 1e-13}


@settings(deadline=None)
@given(agents, per_agent, aht, patiences, within)
def test_every_call_ends_in_one_way(
    n: int, rho: float, aht_s: float, patience_s: float, within_s: float
) -> None:
    result = evaluate(n, n * rho / aht_s * 3600, aht_s, patience_s, within_s)
    assert result.answered_within + result.abandoned_within + result.p_wait_longer == pytest.approx(
        1, **CLOSE
    )
    assert result.p_answered + result.p_abandon == pytest.approx(1, **CLOSE)
    of_abandoned = result.p_abandon * result.wait_of_abandoned_s
    assert result.p_answered * result.asa_s + of_abandoned == pytest.approx(
        result.wait_s, rel=1e-9, abs=1e-290
    )
    assert result.queue_length == pytest.approx(
        result.calls_per_hour / 3600 * result.wait_s, rel=1e-9, abs=1e-290
    )
    assert all(0 <= share <= 1 + 1e-12 for share in result.service_level.values())
    level = result.service_level
    assert (
        level["offered"]
        <= level["quick_abandons_excluded"] * (1 + 1e-12)
        <= level["quick_abandons_met"] * (1 + 1e-11)
    )


@settings(deadline=None)
@given(agents, per_agent, aht, patiences, within)
def test_another_agent_helps(n: int, rho: float, aht_s: float, patience_s: float, within_s: float) -> None:
    rate = n * rho / aht_s * 3600
    for patience in (patience_s, None):
        few, more = (evaluate(count, rate, aht_s, patience, within_s) for count in (n, n + 1))
        assert more.p_wait <= few.p_wait * (1 + 1e-12) + TINY
        assert more.wait_s <= few.wait_s * (1 + 1e-12) + TINY
        assert more.p_abandon <= few.p_abandon * (1 + 1e-12) + TINY
        for formula, share in few.service_level.items():
            assert more.service_level[formula] >= share * (1 - 1e-12)
    assert erlang.blocking(n + 1, n * rho) <= erlang.blocking(n, n * rho) * (1 + 1e-12) + TINY


@settings(deadline=None)
@given(agents, st.floats(0.5, 0.999), aht, patiences)
def test_erlang_a_lies_between_b_and_c(n: int, rho: float, aht_s: float, patience_s: float) -> None:
    rate = n * rho / aht_s * 3600
    lost, impatient, patient = (
        evaluate(None, rate, aht_s, lines=n),
        evaluate(n, rate, aht_s, patience_s),
        evaluate(n, rate, aht_s),
    )
    assert lost.p_block * (1 - 1e-12) - TINY <= impatient.p_wait <= patient.p_wait * (1 + 1e-12) + TINY
    assert impatient.p_abandon <= lost.p_block * (1 + 1e-12) + TINY
    assert impatient.wait_s <= patient.wait_s * (1 + 1e-12) + TINY
    assert patient.p_wait == pytest.approx(n * lost.p_block / (n - n * rho * (1 - lost.p_block)), rel=1e-9)


@settings(deadline=None)
@given(st.integers(1, 2000), st.floats(0.1, 0.99), aht, within)
def test_endless_patience_is_erlang_c(n: int, rho: float, aht_s: float, within_s: float) -> None:
    rate = n * rho / aht_s * 3600
    endless, nobody_leaves = (
        evaluate(n, rate, aht_s, 1e16 * aht_s, within_s),
        evaluate(n, rate, aht_s, None, within_s),
    )
    for figure in (
        "p_wait",
        "wait_s",
        "asa_s",
        "wait_of_delayed_s",
        "p_wait_longer",
        "queue_length",
        "answered_within",
    ):
        assert getattr(endless, figure) == pytest.approx(getattr(nobody_leaves, figure), rel=1e-9, abs=1e-290)


@settings(deadline=None)
@given(st.integers(1, MILLION), st.floats(1.01, 5))
def test_endless_patience_in_overload_loses_the_excess(n: int, rho: float) -> None:
    result = evaluate(n, n * rho * 12, 300, 1e13)
    assert (result.p_wait, result.occupancy) == pytest.approx((1, 1), rel=1e-9)
    assert result.p_abandon == pytest.approx(1 - 1 / rho, rel=1e-9)
    assert result.wait_of_delayed_s == pytest.approx(1e13 * (1 - 1 / rho), rel=1e-9)


@settings(deadline=None)
@given(st.integers(1, MILLION), st.floats(0.01, 3))
def test_no_patience_is_erlang_b(n: int, rho: float) -> None:
    lost, impatient = evaluate(None, n * rho * 12, 300, lines=n), evaluate(n, n * rho * 12, 300, 1e-16)
    assert impatient.p_abandon == pytest.approx(lost.p_block, rel=1e-9, abs=1e-290)


@settings(deadline=None)
@given(st.integers(1, 3000), st.floats(0.3, 1.3), patiences, within)
def test_a_large_waiting_room_is_none(n: int, rho: float, patience_s: float, within_s: float) -> None:
    patience = patience_s if rho > 0.99 else None
    if patience:
        patience = min(patience, 3000.0)
    free = evaluate(n, n * rho * 12, 300, patience, within_s)
    room = evaluate(n, n * rho * 12, 300, patience, within_s, lines=n + 200_000)
    for figure in (
        "p_wait",
        "p_abandon",
        "wait_s",
        "asa_s",
        "p_wait_longer",
        "occupancy",
        "answered_within",
        "abandoned_within",
    ):
        assert getattr(room, figure) == pytest.approx(getattr(free, figure), rel=1e-9, abs=1e-12)


@settings(deadline=None)
@given(st.integers(1, MILLION), st.floats(1e-12, 0.99))
def test_load_for_inverts_blocking(n: int, share: float) -> None:
    assert erlang.blocking(n, erlang.load_for(n, share)) == pytest.approx(share, rel=1e-8)


@settings(deadline=None)
@given(st.floats(0, 1e5) | st.floats(0, 1e6), st.floats(0.001, 0.9))
def test_fewest_lines_are_just_enough(load: float, share: float) -> None:
    n = fewest_lines(share, load * 12, 300)
    assert erlang.blocking(n, load) <= share * (1 + 1e-12) + TINY
    assert n == 0 or erlang.blocking(n - 1, load) > share * (1 - 1e-12)


@settings(deadline=None)
@given(
    st.floats(0, 1e5) | st.floats(0, 1e6),
    st.floats(0.01, 0.999),
    st.none() | patiences,
    within,
    st.sampled_from(["offered", "answered", "quick_abandons_excluded", "quick_abandons_met"]),
)
def test_fewest_agents_are_just_enough(
    load: float, goal: float, patience_s: float | None, within_s: float, counted: str
) -> None:
    n = fewest_agents(goal, load * 12, 300, patience_s, within_s, counted=counted)
    assert evaluate(n, load * 12, 300, patience_s, within_s).service_level[counted] >= goal
    if n:
        fewer = evaluate(n - 1, load * 12, 300, patience_s, within_s).service_level[counted]
        assert not fewer >= goal  # nan where nobody at all is answered


@settings(deadline=None)
@given(st.integers(1, 3000), st.floats(0.5, 1.2), st.floats(0.01, 0.99))
def test_wait_quantile_inverts_the_wait(n: int, rho: float, share: float) -> None:
    for patience_s in (100.0, None) if rho < 1 else (100.0,):
        wait_s = wait_quantile(share, n, n * rho * 12, 300, patience_s)
        if wait_s > 0:
            longer = evaluate(n, n * rho * 12, 300, patience_s, wait_s).p_wait_longer
            assert longer == pytest.approx(1 - share, rel=1e-9)
        else:
            assert evaluate(n, n * rho * 12, 300, patience_s).p_wait <= (1 - share) * (1 + 1e-12) + TINY


def test_all_goals_at_once() -> None:
    by_level = fewest_agents(0.8, 200, 180, 300)
    both = fewest_agents(0.8, 200, 180, 300, abandon_at_most=0.001, wait_at_most_s=30)
    assert evaluate(both, 200, 180, 300).p_abandon <= 0.001 < evaluate(both - 1, 200, 180, 300).p_abandon
    assert by_level < both


def test_nothing_to_do() -> None:
    for result in (evaluate(0, 0, 180), evaluate(3, 0, 180, 60), evaluate(None, 0, 180, lines=3)):
        assert result.service_level["offered"] == 1
        assert result.p_wait == result.p_abandon == result.p_block == result.wait_s == 0
        assert math.isnan(result.occupancy) if result.agents == 0 else result.occupancy == 0
    assert fewest_agents(0.8, 0, 180) == fewest_lines(0.01, 0, 180) == 0


def test_nobody_there() -> None:
    result = evaluate(0, 200, 180, patience_s=300, within_s=20)
    assert result.p_abandon == result.p_wait == 1
    assert result.service_level["offered"] == 0
    assert result.service_level["quick_abandons_met"] == pytest.approx(1 - math.exp(-20 / 300))
    assert result.to_dict()["asa_s"] is None
    assert result.to_dict()["service_level"]["answered"] is None


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("patience_s", [1e-12, 1, 1e20])
@pytest.mark.parametrize("load", [5e-324, 1e-300, 1e-3, 1, 1e4, 9_999_999.5])
@pytest.mark.parametrize("n", [1, 100, 10_000_000])
def test_extremes_stay_finite(n: int, load: float, patience_s: float) -> None:
    results = [evaluate(n, load * 3600, 1, patience_s, 1e-9 * patience_s), evaluate(n, load * 3600, 1)]
    results.append(evaluate(None, load * 3600, 1, lines=n))
    for result in results:
        for share in (
            result.p_wait,
            result.p_abandon,
            result.p_block,
            result.occupancy,
            *result.service_level.values(),
        ):
            assert 0 <= share <= 1 + 1e-12
        assert result.wait_s >= 0
    assert erlang.log_blocking(n, load) < 0


def test_tiny_blocking_underflows_to_nothing() -> None:
    assert erlang.blocking(1000, 10) == 0
    # B = a^n ÷ n! ÷ Σ a^j ÷ j!, whose sum is e^a here
    assert erlang.log_blocking(1000, 10) == pytest.approx(
        1000 * math.log(10) - math.lgamma(1001) - 10, rel=1e-13
    )


def test_json_as_the_contract_has_it() -> None:
    figures = evaluate(14, calls_per_hour=200, aht_s=180, patience_s=300, within_s=20).to_dict()
    assert figures["model"] == "M/M/n+M"
    assert figures["agents"] == 14
    assert figures["calls_per_hour"] == pytest.approx(200)
    assert set(figures) >= {"p_wait", "p_abandon", "wait_s", "asa_s", "occupancy", "service_level"}
    assert figures["service_level"] == pytest.approx(
        {
            "offered": 0.91679209,
            "answered": 0.92979409,
            "quick_abandons_excluded": 0.92340732,
            "quick_abandons_met": 0.92395603,
        }
    )
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures


def test_a_queue_without_end_says_so() -> None:
    figures = evaluate(10, 200, 180).to_dict()
    assert figures["p_wait"] == 1
    assert figures["service_level"]["offered"] == 0
    assert figures["wait_s"] is figures["asa_s"] is figures["queue_length"] is None
    assert "more than 10 agents" in figures["note"]
    json.dumps(figures, allow_nan=False)


@pytest.mark.parametrize(
    ("mistake", "word"),
    [
        (lambda: evaluate(-1, 200, 180), "agents"),
        (lambda: evaluate(2.5, 200, 180), "agents"),
        (lambda: evaluate(None, 200, 180), "agents"),
        (lambda: evaluate(math.inf, 200, 180), "agents"),
        (lambda: evaluate(20_000_000, 200, 180), "agents"),
        (lambda: evaluate(14, -200, 180), "calls per hour"),
        (lambda: evaluate(14, math.nan, 180), "calls per hour"),
        (lambda: evaluate(14, 1e12, 180), "erlangs"),
        (lambda: evaluate(14, 200, 0), "handling time"),
        (lambda: evaluate(14, 200, math.inf), "handling time"),
        (lambda: evaluate(14, 200, 180, 0), "patience"),
        (lambda: evaluate(14, 200, 180, within_s=-1), "within"),
        (lambda: evaluate(14, 200, 180, lines=13), "lines"),
        (lambda: evaluate(None, 200, 180, lines=0), "lines"),
        (lambda: fewest_agents(1, 200, 180), "goal"),
        (lambda: fewest_agents(None, 200, 180), "goal"),
        (lambda: fewest_agents(0.8, 200, 180, abandon_at_most=0.05), "patience"),
        (lambda: fewest_agents(0.8, 200, 180, counted="all"), "offered"),
        (lambda: fewest_lines(0, 200, 180), "blocked"),
        (lambda: wait_quantile(1, 14, 200, 180), "share"),
    ],
)
def test_mistakes_are_told(mistake: Callable[[], object], word: str) -> None:
    with pytest.raises(UserError, match=word):
        mistake()
