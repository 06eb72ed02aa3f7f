"""Small stories of calls that follow calls, their whole history asserted, in both engines."""

from __future__ import annotations

import numpy as np
import pytest

from callsim.sim.centre import COLD, CONSULT, DIALS, WARM, Centre
from callsim.sim.floor.client_sums import C_CLIENTS, C_REACHED, C_SOLVED, C_WAIT
from callsim.sim.floor.records import (
    ABANDONED,
    AGAIN,
    ANSWERED,
    BLOCKED,
    DROPPED,
    FIRST,
    HANDED_ON,
    LAST,
    REACHED,
    TRANSFERRED,
)
from callsim.sim.luck.later import Later
from callsim.units import DAY_MS
from tests.makers.floors import calls, centre, play, same
from tests.makers.follow_ups import NEVER_ENDS, constant, exponential, luck, rows

S = 1000
FIELDS = ("arrive", "wait", "talk", "wrap", "queue", "group", "outcome")


def two_tiers(agents: int = 1, experts: int = 1, lines: int | None = None) -> Centre:
    """Two queues with a group each; calls to the first hold a line if there are any."""
    return centre(
        pairs=[(0, 0, 1, 0, 1.0), (1, 1, 1, 0, 1.0)],
        staff=[[agents, experts]] * 24,
        lines=[] if lines is None else [lines],
        holds=[] if lines is None else [(0, 0)],
    )


def brings(together: float = 0.0, after: float = 0.0, patience: float = NEVER_ENDS) -> Later:
    """A later call talks 60 s and wraps up 5 s."""
    brought = (constant(60.0 * S), constant(5.0 * S), constant(patience), constant(0.0))
    return luck(2, [brought, brought], [(constant(after), constant(together))])


def told(given: Centre, trace: np.ndarray, later: Later) -> list[tuple[int, ...]]:
    """What both engines write, in seconds, by arrival."""
    kernel, reference = (play(given, trace, name, luck=later) for name in ("kernel", "reference"))
    same(kernel, reference)
    records = np.sort(kernel.records, order=["arrive", "queue"])
    assert (records["flags"] & LAST > 0).sum() == len(trace)
    in_s = [tuple(int(row[name]) // (S if name in FIELDS[:4] else 1) for name in FIELDS) for row in records]
    return [(*row, int(flags)) for row, flags in zip(in_s, records["flags"], strict=True)]


CALL = {"arrive": 100 * S, "queue": 0, "talk": 30 * S, "wrap": 10 * S}
THEN = {"arrive": 125 * S, "queue": 1, "talk": 40 * S, "wrap": 0}  # keeps the expert until 165


@pytest.mark.parametrize(("transfer", "together", "wrap"), [(COLD, 0, 10), (WARM, 0, 45), (WARM, 20, 65)])
def test_an_agent_hands_the_client_on(transfer: int, together: int, wrap: int) -> None:
    given = two_tiers()._replace(follows=rows({"queue": 0, "to": 1, "transfer": transfer}))
    assert told(given, calls(CALL, THEN), brings(together * S)) == [
        (100, 0, 30, wrap, 0, 0, ANSWERED, FIRST | REACHED | HANDED_ON),
        (125, 0, 40, 0, 1, 1, ANSWERED, FIRST | LAST | REACHED),
        (130, 35, 60, 5, 1, 1, ANSWERED, LAST | REACHED | TRANSFERRED),
    ]


def test_two_agents_talk_together_no_longer_than_the_second_talks() -> None:
    given = two_tiers()._replace(follows=rows({"queue": 0, "to": 1, "transfer": WARM}))
    first = told(given, calls(CALL), brings(together=1000 * S))[0]
    assert first[3] == 60 + 10


def test_an_agent_asks_an_expert_and_goes_on_with_the_client() -> None:
    given = two_tiers()._replace(follows=rows({"queue": 0, "to": 1, "transfer": CONSULT}))
    assert told(given, calls(CALL, THEN), brings(together=7 * S)) == [
        (100, 0, 30, 35 + 60 + 7 + 10, 0, 0, ANSWERED, FIRST | REACHED | HANDED_ON),
        (125, 0, 40, 0, 1, 1, ANSWERED, FIRST | LAST | REACHED),
        (130, 35, 60, 5, 1, 1, ANSWERED, LAST | REACHED | TRANSFERRED),
    ]


@pytest.mark.parametrize("transfer", [WARM, CONSULT])
def test_the_agent_is_let_go_where_the_expert_is_not_reached(transfer: int) -> None:
    given = two_tiers(experts=0)._replace(follows=rows({"queue": 0, "to": 1, "transfer": transfer}))
    first, second = told(given, calls(CALL), brings(patience=12 * S))
    assert first[3] == 12 + 10
    assert second[:7] == (130, 12, 0, 0, 1, -1, ABANDONED)


def test_the_agent_is_let_go_where_the_client_gives_up_and_dials_again() -> None:
    """Both times of 12 s; the agent wraps up after the first."""
    given = two_tiers(experts=0)._replace(follows=rows({"queue": 0, "to": 1, "transfer": WARM}))
    later = brings(patience=12 * S)
    later = later._replace(redials=np.array([[0.0, 0.0], [1e9, 1.0]]))
    first, second, third = told(given, calls(CALL), later)
    assert first[:4] == (100, 0, 30, 12 + 10)
    assert [second[6], third[6]] == [ABANDONED, ABANDONED]


@pytest.mark.parametrize("transfer", [COLD, WARM, CONSULT])
def test_the_client_keeps_the_line_until_hanging_up(transfer: int) -> None:
    """One line: who dials while the client is with the expert is blocked; at once after it is not."""
    given = two_tiers(agents=3, lines=1)
    given = given._replace(follows=rows({"queue": 0, "to": 1, "transfer": transfer, "at_most": 1}))
    dials = [{**CALL, "arrive": at * S, "talk": S} for at in (129, 131, 189, 190)]
    found = told(given, calls(CALL, *dials), brings())
    outcomes = {row[0]: row[6] for row in found if row[4] == 0}
    assert outcomes == {100: ANSWERED, 129: BLOCKED, 131: BLOCKED, 189: BLOCKED, 190: ANSWERED}
    later = told(given, calls(CALL, {**CALL, "arrive": 191 * S}), brings())
    assert next(row for row in later if row[0] == 191)[6] == ANSWERED


def test_who_calls_anew_needs_a_line_of_the_queue_that_is_called() -> None:
    given = two_tiers(lines=1)._replace(follows=rows({"queue": 0, "to": 0, "at_most": 2}))
    found = told(given, calls(CALL), brings(after=600 * S))
    assert [row[0] for row in found] == [100, 730, 730 + 660]
    assert [row[7] & AGAIN > 0 for row in found] == [False, True, True]


@pytest.mark.parametrize(("transfer", "outcome", "wrap"), [(WARM, ANSWERED, 10), (CONSULT, DROPPED, 0)])
def test_who_stays_on_the_line_may_lose_the_seat(transfer: int, outcome: int, wrap: int) -> None:
    """The agent's seat is lost at 140, while the client waits for the expert, who answers all the same.

    Where the client was on the agent's own line, the agent's call is cut off.
    """
    loss = [(0, True, 1, 140 * S, 3600 * S)]
    given = centre(
        pairs=[(0, 0, 1, 0, 1.0), (1, 1, 1, 0, 1.0)], staff=[[1, 1]] * 24, site=[0, 1], seats=[1], losses=loss
    )
    given = given._replace(follows=rows({"queue": 0, "to": 1, "transfer": transfer}))
    found = told(given, calls(CALL, THEN), brings())
    talk = 30 if outcome == ANSWERED else 40
    flags = FIRST | HANDED_ON | (REACHED if outcome == ANSWERED else 0)
    assert found[0] == (100, 0, talk, wrap, 0, 0, outcome, flags)
    assert found[2] == (130, 35, 60, 5, 1, 1, ANSWERED, LAST | REACHED | TRANSFERRED)


def test_a_lost_call_is_followed_by_a_message() -> None:
    given = two_tiers(agents=0)._replace(follows=rows({"queue": 0, "to": 1, "outcome": ABANDONED}))
    found = told(given, calls({**CALL, "patience": 20 * S}), brings(after=300 * S))
    assert [row[:7] for row in found] == [
        (100, 20, 0, 0, 0, -1, ABANDONED),
        (420, 0, 60, 5, 1, 1, ANSWERED),
    ]
    assert found[1][7] == LAST | REACHED | AGAIN


def test_transfers_go_on_after_the_last_day_and_repeat_calls_do_not() -> None:
    """What is handed on after the last day counts in its last cell, and writes nowhere else."""
    late = {**CALL, "arrive": DAY_MS - 10 * S}
    handed = two_tiers()._replace(follows=rows({"queue": 0, "to": 1, "transfer": COLD}))
    assert [row[4] for row in told(handed, calls(late), brings())] == [0, 1]
    anew = two_tiers()._replace(follows=rows({"queue": 0, "to": 1, "transfer": DIALS}))
    assert [row[4] for row in told(anew, calls(late), brings())] == [0]
    played = play(handed, calls(late), "kernel", luck=brings())
    assert played.tally.calls[-1, 1].any()


def test_a_further_row_changes_nobody_who_does_not_take_it() -> None:
    rng = np.random.default_rng(5)
    trace = calls(
        *({"arrive": int(at), "queue": 0, "talk": 60 * S} for at in rng.integers(0, DAY_MS // 2, 300))
    )
    brought = (exponential(60.0 * S), constant(0.0), constant(NEVER_ENDS), constant(0.0))
    after = (constant(0.0), constant(0.0))
    given = two_tiers(agents=400, experts=400)

    def later_calls(*table: dict[str, float]) -> set[tuple[int, int]]:
        played = play(
            given._replace(follows=rows(*table)),
            trace,
            "kernel",
            luck=luck(2, [brought, brought], [after] * len(table)),
        )
        found = played.records[played.records["flags"] & FIRST == 0]
        return {(int(row["arrive"]), int(row["talk"])) for row in found if row["queue"] == 1}

    escalated = {"queue": 0, "to": 1, "share": 0.3, "transfer": COLD, "key": 7}
    alone = later_calls(escalated)
    beside = later_calls(escalated, {"queue": 0, "to": 0, "share": 0.2, "at_most": 1, "key": 8})
    assert 50 < len(alone) < 130
    assert alone <= beside


def test_clients_are_counted_once_by_the_queue_that_they_called_first() -> None:
    """Two clients, one handed on to an expert who is busy for 35 s; goals allow 20 s and 30 s."""
    given = two_tiers()._replace(follows=rows({"queue": 0, "to": 1, "transfer": WARM}))
    day = play(given, calls(CALL, THEN), "kernel", luck=brings(together=20 * S), within=[20 * S, 30 * S])
    first, second = day.tally.clients.sum(axis=0).tolist()
    assert first == [1, 0, 1, 1, 1, 1, 1, 1, 2, 35 * S]
    assert second == [1, 1, 0, 2, 1, 1, 1, 1, 1, 0]
    assert day.tally.held.tolist() == [55 * S, 0], "35 s alone with the client's music and 20 s together"


def test_who_dials_after_an_answer_was_not_resolved_at_once() -> None:
    given = two_tiers()._replace(follows=rows({"queue": 0, "to": 0, "at_most": 2}))
    day = play(given, calls(CALL), "kernel", luck=brings(after=600 * S))
    assert day.tally.clients.sum(axis=0).tolist()[0] == [1, 0, 0, 3, 1, 1, 0, 1, 3, 0]


@pytest.mark.parametrize(("transfer", "solved"), [(COLD, 0), (WARM, 0), (CONSULT, 1)])
def test_who_is_lost_at_the_second_tier_was_not_resolved(transfer: int, solved: int) -> None:
    """No expert is there and the client waits 40 s for one; who only had one asked still has the agent."""
    given = two_tiers(experts=0)._replace(follows=rows({"queue": 0, "to": 1, "transfer": transfer}))
    for engine in ("kernel", "reference"):
        day = play(given, calls(CALL), engine, luck=brings(patience=40 * S))
        first, second = day.tally.clients.sum(axis=0).tolist()
        assert (first[C_CLIENTS], first[C_REACHED], first[C_SOLVED]) == (1, 1, solved)
        assert (second[C_CLIENTS], first[C_WAIT]) == (0, 40 * S)


def test_a_call_that_is_handed_on_comes_when_talk_ends() -> None:
    """Law: no child is older than its parent's talk, and agents are held as long as handling times say."""
    given = two_tiers(agents=3, experts=2)._replace(follows=rows({"queue": 0, "to": 1, "transfer": WARM}))
    trace = calls(*({"arrive": at * 20 * S, "queue": 0, "talk": 50 * S, "wrap": 0} for at in range(1, 200)))
    day = play(given, trace, "kernel", luck=brings(together=9 * S))
    parents = day.records[day.records["flags"] & HANDED_ON > 0]
    children = day.records[day.records["flags"] & TRANSFERRED > 0]
    ends = parents["arrive"] + parents["wait"] + parents["talk"]
    assert len(children) == len(trace)
    np.testing.assert_array_equal(np.sort(ends), np.sort(children["arrive"]))
    assert day.tally.held[0] == parents["wrap"].sum() > 0
    assert day.tally.held[0] == children["wait"].sum() + 9 * S * len(children)
