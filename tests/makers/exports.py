"""One log of calls as the files of phone systems: what differs is what really differs between them."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from callsim.history.canonical import ANSWERED, CallTable

HALF_HOUR = 1800
WITHIN, SHORT = 20, 5  # seconds
ZONE, AHEAD = "Asia/Shanghai", 8 * 3600
QUEUES = ("help", "sales")


class Call(NamedTuple):
    """A call in whole seconds."""

    number: int
    queue: str
    at: int  # since 1970, by the wall clock
    wait: int
    talk: int | None  # None: the caller gave up
    agent: int


@dataclass
class Sums:
    """What an interval of a queue holds."""

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    in_time: int = 0
    gone_in_time: int = 0
    gone_short: int = 0
    waited: int = 0
    waited_gone: int = 0
    talked: int = 0
    longest: int = 0
    longest_gone: int = 0

    def add(self, call: Call) -> None:
        """One more call."""
        self.offered += 1
        if call.talk is None:
            self.abandoned += 1
            self.gone_in_time += call.wait <= WITHIN
            self.gone_short += call.wait <= SHORT
            self.waited_gone += call.wait
            self.longest_gone = max(self.longest_gone, call.wait)
        else:
            self.answered += 1
            self.in_time += call.wait <= WITHIN
            self.waited += call.wait
            self.talked += call.talk
            self.longest = max(self.longest, call.wait)


Cells = dict[tuple[int, str], Sums]
Rows = list[list[object]]


def calls_of(log: CallTable) -> list[Call]:
    """The answered and abandoned calls of a log, those of every third one another queue's."""
    found = []
    for number, row in enumerate(log.rows):
        at = int(row["arrival"].astype("datetime64[s]").astype(np.int64))
        talk = round(int(row["talk_ms"]) / 1000) if row["outcome"] == ANSWERED else None
        found.append(
            Call(number, QUEUES[number % 3 > 0], at, round(int(row["wait_ms"]) / 1000), talk, number % 7)
        )
    return found


def sums_of(calls: Iterable[Call], *, by_end: bool = False, short_apart: bool = False) -> Cells:
    """The calls by interval and queue, of their arrival or of their end; every interval of every day.

    `short_apart`: callers who give up within SHORT are no calls, but counted as such.
    """
    calls = list(calls)
    first = min(call.at for call in calls) // 86_400 * 86_400
    last = (max(call.at for call in calls) // 86_400 + 1) * 86_400
    cells = {(start, queue): Sums() for start in range(first, last, HALF_HOUR) for queue in QUEUES}
    for call in calls:
        at = call.at + (call.wait + (call.talk or 0) if by_end else 0)
        cell = cells[at // HALF_HOUR * HALF_HOUR, call.queue]
        if short_apart and call.talk is None and call.wait <= SHORT:
            cell.gone_short += 1
        else:
            cell.add(call)
    return cells


def moment(at: int) -> datetime.datetime:
    """A time as Python has it."""
    return datetime.datetime.fromtimestamp(at, datetime.UTC).replace(tzinfo=None)


@dataclass
class Export:
    """A file of some system, its fields still apart so that tests can damage it."""

    name: str
    head: list[str]
    rows: Rows
    mark: str = ","
    encoding: str = "utf-8"
    quoting: int = csv.QUOTE_MINIMAL
    above: str = ""
    lines: list[str] = field(default_factory=list)  # of a file that is no table

    def content(self) -> bytes:
        """Its bytes."""
        if self.lines:
            return "".join(line + "\n" for line in self.lines).encode()
        out = io.StringIO(newline="")
        out.write(self.above)
        write = csv.writer(out, delimiter=self.mark, quoting=self.quoting)  # type: ignore[arg-type]
        write.writerows([self.head] if self.head else [])
        write.writerows(self.rows)
        return out.getvalue().encode(self.encoding)


def _of_the_us(at: int, seconds: bool = False) -> str:
    when = moment(at)
    half = "AM" if when.hour < 12 else "PM"
    more = ":00" if seconds else ""
    return f"{when.month}/{when.day}/{when:%y} {when.hour % 12 or 12}:{when:%M}{more} {half}"


def _hms(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _ms(seconds: float) -> str:
    return f"{round(seconds) // 60}:{round(seconds) % 60:02d}"


def _mean(total: float, many: int) -> float:
    return total / many if many else 0.0


def _busy(cells: Cells) -> list[tuple[int, str, Sums]]:
    return [(at, queue, one) for (at, queue), one in cells.items() if one.offered]


def avaya(calls: Sequence[Call]) -> Export:
    head = [
        "row_date",
        "starttime",
        "intrvl",
        "acd",
        "split",
        "callsoffered",
        "acdcalls",
        "abncalls",
        "acceptable",
        "servicelevel",
        "slvlabns",
        "anstime",
        "abntime",
        "acdtime",
        "holdtime",
        "acwtime",
        "incomplete",
    ]
    rows: Rows = [
        [
            f"{moment(at):%m/%d/%Y}",
            moment(at).hour * 100 + moment(at).minute,
            30,
            1,
            queue,
            one.offered,
            one.answered,
            one.abandoned,
            one.in_time,
            WITHIN,
            one.gone_in_time,
            one.waited,
            one.waited_gone,
            one.talked,
            0,
            0,
            0,
        ]
        for at, queue, one in _busy(sums_of(calls, by_end=True))
    ]
    return Export("hsplit.csv", head, rows)


def axa(calls: Sequence[Call]) -> Export:
    """Two teams in each interval: one has the answered calls, the other one those that were given up."""
    head = ["DATE", "TPER_TEAM", "ASS_ASSIGNMENT", "CSPL_INTRVL", "CSPL_RECEIVED_CALLS", "CSPL_ACDCALLS"]
    head += ["CSPL_ABNCALLS", "CSPL_ANSTIME", "CSPL_ACDTIME", "CSPL_HOLDTIME", "CSPL_ACWTIME"]
    rows: Rows = []
    for at, queue, one in _busy(sums_of(calls, by_end=True, short_apart=True)):
        when, gone = f"{moment(at)}.000", one.abandoned
        answered = [one.answered, one.answered, 0, one.waited, one.talked, 0, 0]
        rows.append([when, "day", queue, 30, *answered])
        rows.append([when, "night", queue, 30, gone, 0, gone + one.gone_short, 0, 0, 0, 0])
    return Export("axa.csv", head, rows, ";")


def ucce(calls: Sequence[Call]) -> Export:
    head = ["DateTime", "CallTypeID", "CallsOffered", "CallsHandled", "TotalCallsAband", "ShortCalls"]
    head += ["ServiceLevelCalls", "ServiceLevelAband", "AnswerWaitTime", "CallDelayAbandTime", "TalkTime"]
    head += ["HoldTime", "HandleTime"]
    rows: Rows = []
    for at, queue, one in _busy(sums_of(calls, by_end=True, short_apart=True)):
        counts = [one.offered, one.answered, one.abandoned, one.gone_short, one.in_time, one.gone_in_time]
        times = [one.waited, one.waited_gone, one.talked, 0, one.talked]
        rows.append([f"{moment(at)}.000", queue, *counts, *times])
    return Export("ucce.csv", head, rows)


def genesys(calls: Sequence[Call]) -> Export:
    head = [
        *("Interval Start", "Interval End", "Interval Complete", "Filters", "Media Type", "Queue Id"),
        *("Queue Name", "Offer", "Answer", "Answer %", "Abandon", "ASA", "Service Level %", "Avg Handle"),
        *("Avg Talk", "Avg Hold", "Avg ACW"),
    ]
    rows: Rows = []
    for at, queue, one in _busy(sums_of(calls)):
        asa, aht = (
            (one.waited * 1000 // one.answered, one.talked * 1000 // one.answered)
            if one.answered
            else ("", "")
        )
        rows.append(
            [
                _of_the_us(at),
                _of_the_us(at + HALF_HOUR),
                "true",
                "",
                "voice",
                f"id-{queue}",
                queue,
                one.offered,
                one.answered,
                round(_mean(one.answered, one.offered), 4),
                one.abandoned,
                asa,
                round(_mean(one.in_time, one.offered), 4),
                aht,
                aht,
                0,
                0,
            ]
        )
    return Export("genesys.csv", head, rows, encoding="utf-8-sig", quoting=csv.QUOTE_ALL)


def pureconnect(calls: Sequence[Call]) -> Export:
    head = [
        "cName",
        "cReportGroup",
        "dIntervalStart",
        "I3TimeStampGMT",
        "nDuration",
        "nEnteredAcd",
        "nAnsweredAcd",
        "nAbandonedAcd",
        "nAnsweredAcdSvcLvl",
        "nAbandonAcdSvcLvl",
        "tAnsweredAcd",
        "tAbandonedAcd",
        "tTalkAcd",
        "tHoldAcd",
        "tACW",
    ]
    rows: Rows = []
    together = {at: [0] * 8 for at, _ in sums_of(calls)}
    for at, queue, one in _busy(sums_of(calls)):
        figures = [one.offered, one.answered, one.abandoned, one.in_time, one.gone_in_time, one.waited]
        figures += [one.waited_gone, one.talked]
        together[at] = [a + b for a, b in zip(together[at], figures, strict=True)]
        rows.append([queue, "*", f"{moment(at)}.000", f"{moment(at - AHEAD)}.000", HALF_HOUR, *figures, 0, 0])
    for at, figures in together.items():
        if figures[0]:
            rows.append(
                ["*", "*", f"{moment(at)}.000", f"{moment(at - AHEAD)}.000", HALF_HOUR, *figures, 0, 0]
            )
    return Export("pureconnect.csv", head, rows)


def uccx(calls: Sequence[Call]) -> Export:
    head = [
        *("CSQ Name", "Interval Start Time", "Interval End Time", "Calls Presented", "Avg Queue Time"),
        *("Max Queue Time", "Calls Handled", "Avg Speed of Answer", "Avg Handle Time", "Calls Abandoned"),
        *("Avg Time to Abandon", "Percentage of Service Level Met"),
    ]
    rows: Rows = []
    busy = _busy(sums_of(calls))
    for name in QUEUES:
        mine = [(at, one) for at, queue, one in busy if queue == name]
        for at, one in mine:
            rows.append(
                [
                    name,
                    _of_the_us(at, True),
                    _of_the_us(at + HALF_HOUR, True),
                    one.offered,
                    _hms(_mean(one.waited + one.waited_gone, one.offered)),
                    _hms(max(one.longest, one.longest_gone)),
                    one.answered,
                    _hms(_mean(one.waited, one.answered)),
                    _hms(_mean(one.talked, one.answered)),
                    one.abandoned,
                    _hms(_mean(one.waited_gone, one.abandoned)),
                    f"{_mean(one.in_time, one.offered):.1%}",
                ]
            )
        total = f"{sum(one.offered for _, one in mine):,}"
        rows += [[f"{name} Summary", "", "", total, *[""] * 8], [""] * 12]
    return Export("uccx.csv", head, rows)


def amazon_metrics(calls: Sequence[Call]) -> Export:
    head = [
        *(
            "Queue",
            "StartInterval",
            "EndInterval",
            "Contacts queued",
            "Contacts handled",
            "Contacts abandoned",
        ),
        *("Average queue answer time", "Average queue abandon time", "Average handle time"),
        "Service level 20 seconds",
    ]

    def mean(total: int, many: int) -> str:
        return f"{total / many:.2f}" if many else ""

    rows: Rows = [
        [
            queue,
            f"{moment(at - AHEAD):%Y-%m-%dT%H:%M:%SZ}",
            f"{moment(at - AHEAD + HALF_HOUR):%Y-%m-%dT%H:%M:%SZ}",
            one.offered,
            one.answered,
            one.abandoned,
            mean(one.waited, one.answered),
            mean(one.waited_gone, one.abandoned),
            mean(one.talked, one.answered),
            f"{100 * one.in_time / one.offered:.2f}%",
        ]
        for at, queue, one in _busy(sums_of(calls))
    ]
    return Export("metrics.csv", head, rows)


def teleopti(calls: Sequence[Call]) -> Export:
    rows: Rows = [
        [
            30,
            f"{moment(at):%Y%m%d}",
            f"{moment(at):%H:%M}",
            QUEUES.index(queue),
            queue,
            one.offered,
            0,
            one.abandoned,
            0,
            one.answered,
            one.waited,
            one.waited_gone,
            one.talked,
            0,
            one.longest,
            one.longest_gone,
            0,
            one.in_time,
            0,
            one.gone_short,
            one.gone_in_time - one.gone_short,
        ]
        for (at, queue), one in sums_of(calls).items()
    ]
    return Export("teleopti.txt", [], rows, ";")


def iex(calls: Sequence[Call]) -> Export:
    head = [
        "date",
        "period",
        "TZ",
        "queue",
        "contactsReceived",
        "contactsHandled",
        "abandonedLong",
        "abandonedShort",
        "handledShort",
        "handleTime",
        "workTime",
        "queueDelayTime",
    ]
    rows: Rows = [
        [
            f"{moment(at):%m%d%Y}",
            f"{moment(at):%H:%M}",
            ZONE,
            queue,
            one.offered,
            one.answered,
            one.abandoned - one.gone_in_time,
            one.gone_in_time,
            one.in_time,
            one.talked,
            0,
            one.waited,
        ]
        for (at, queue), one in sums_of(calls).items()
    ]
    return Export("ctqueue.txt", head, rows, "|")


def excel(calls: Sequence[Call]) -> Export:
    """A German sheet of one queue."""
    head = ["Datum", "Intervall", "Anrufe", "Angenommen", "Aufgelegt", "Servicelevel 20 s", "Ø Wartezeit"]
    head.append("Ø Gesprächszeit")
    rows: Rows = []
    mine = [(at, one) for at, queue, one in _busy(sums_of(calls)) if queue == "sales"]
    for at, one in mine:
        share = f"{100 * one.in_time / one.offered:.1f} %".replace(".", ",")
        rows.append(
            [
                f"{moment(at):%d.%m.%Y}",
                f"{moment(at):%H:%M} - {moment(at + HALF_HOUR):%H:%M}",
                one.offered,
                one.answered,
                one.abandoned,
                share,
                _ms(_mean(one.waited, one.answered)),
                _ms(_mean(one.talked, one.answered)),
            ]
        )
    rows.append(["Summe", "", f"{sum(one.offered for _, one in mine):,}".replace(",", "."), *[""] * 5])
    return Export("anrufe.csv", head, rows, ";", "cp1252", above="Auswertung\r\n\r\n")


def asterisk(calls: Sequence[Call]) -> Export:
    events = []
    for call in calls:
        at = call.at - AHEAD
        name = f"{at}.{call.number}|{call.queue}"
        events.append((at, 0, f"{at}|{name}|NONE|ENTERQUEUE||x{call.number}|1"))
        answered, agent = at + call.wait, f"Agent/{call.agent}"
        if call.talk is None:
            events.append((answered, 1, f"{answered}|{name}|NONE|ABANDON|1|1|{call.wait}"))
            continue
        end = answered + call.talk
        events.append((answered, 1, f"{answered}|{name}|{agent}|CONNECT|{call.wait}|{at}.{call.number}|2"))
        events.append((end, 2, f"{end}|{name}|{agent}|COMPLETECALLER|{call.wait}|{call.talk}|1"))
    return Export("queue_log", [], [], lines=[line for _, _, line in sorted(events)])


def contact_records(calls: Sequence[Call]) -> Export:
    def utc(at: int) -> str:
        return f"{moment(at - AHEAD):%Y-%m-%dT%H:%M:%SZ}"

    lines = []
    for call in calls:
        answered = call.at + call.wait
        agent = None
        if call.talk is not None:
            agent = {
                "Username": f"agent {call.agent}",
                "ConnectedToAgentTimestamp": utc(answered),
                "AgentInteractionDuration": call.talk,
                "CustomerHoldDuration": 0,
                "AfterContactWorkDuration": 0,
            }
        record = {
            "ContactId": f"c-{call.number}",
            "Channel": "VOICE",
            "InitiationMethod": "INBOUND",
            "InitiationTimestamp": utc(call.at),
            "DisconnectTimestamp": utc(answered + (call.talk or 0)),
            "Queue": {
                "Name": call.queue,
                "EnqueueTimestamp": utc(call.at),
                "DequeueTimestamp": utc(answered),
                "Duration": call.wait,
            },
            "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": f"+49301234{call.number:04d}"},
            "Agent": agent,
        }
        lines += [json.dumps(record)] * (2 if call.number == 20 else 1)
    return Export("records.jsonl", [], [], lines=lines)


SHAPES: dict[str, Callable[[Sequence[Call]], Export]] = {
    "Avaya hsplit": avaya,
    "AXA": axa,
    "Genesys Cloud": genesys,
    "PureConnect": pureconnect,
    "UCCX": uccx,
    "UCCE": ucce,
    "Amazon metrics": amazon_metrics,
    "Amazon records": contact_records,
    "Teleopti": teleopti,
    "IEX": iex,
    "Asterisk": asterisk,
    "Excel": excel,
}
"""Every shape by its name."""
