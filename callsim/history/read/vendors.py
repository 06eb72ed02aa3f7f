"""Names of columns in the interval reports of phone systems: one entry for each shape of report.

A name is written as the system has it; case, blanks, `_`, `-`, `/`, `.` and brackets do not matter. A name
with `?` behind it is remembered, not seen in a real file or a manual: correct it here. `#` stands for a
number of seconds. Sources: Avaya CMS database items, Genesys Cloud resource centre, PureConnect data
dictionary, Cisco CUIC reports and database schema, Calabrio queue data format, NICE ctQueue export, Amazon
Connect historical metrics, field description of the AXA data challenge.
"""

from __future__ import annotations

from callsim.history.read.dialects import Dialect
from callsim.scenario.reading.tables import layout
from callsim.sentences import say


def _names(text: str) -> dict[str, tuple[str, ...]]:
    """Lines `ours: theirs | theirs` as a table."""
    lines = (line.partition(":") for line in text.strip().splitlines())
    return {ours.strip(): tuple(name.strip() for name in theirs.split("|")) for ours, _, theirs in lines}


AVAYA = Dialect(
    lambda: say("systems.avaya"),
    "intervals",
    ("date", "clock", "offered"),
    _names("""
        date: row_date
        clock: starttime
        length_min: intrvl
        queue: split | split name?
        offered: callsoffered
        answered: acdcalls
        abandoned: abncalls
        flow_out: outflowcalls
        answered_in_sl: acceptable
        abandoned_in_sl: slvlabns
        within_s: servicelevel
        wait_answered_s: anstime
        wait_abandoned_s: abntime
        talk_s: acdtime
        hold_s: holdtime
        wrap_s: acwtime
        staffed_s: i_stafftime
        available_s: i_availtime
        incomplete: incomplete
    """),
    owner="end",
)

AXA = Dialect(
    lambda: say("systems.axa"),
    "intervals",
    ("interval_start", "offered"),
    _names("""
        interval_start: DATE
        length_min: CSPL_INTRVL
        queue: ASS_ASSIGNMENT
        offered: CSPL_RECEIVED_CALLS
        answered: CSPL_ACDCALLS
        wait_answered_s: CSPL_ANSTIME
        talk_s: CSPL_ACDTIME
        hold_s: CSPL_HOLDTIME
        wrap_s: CSPL_ACWTIME
    """),
    owner="end",
    adds=True,
    always=lambda: say("rows.first_hang_ups_out"),
)
"""Avaya CMS as the data challenge of AXA has it: a row for each skill, team and assignment."""

GENESYS_CLOUD = Dialect(
    lambda: say("systems.genesys_cloud"),
    "intervals",
    ("interval_start", "offered"),
    _names("""
        interval_start: Interval Start
        interval_end: Interval End
        complete: Interval Complete
        media: Media Type
        queue: Queue Name
        offered: Offer?
        answered: Answer?
        abandoned: Abandon?
        abandoned_short: Short Abandon?
        flow_out: Flow Out?
        asa_s: ASA?
        share_in_sl: Service Level %?
        aht_s: Avg Handle?
        talk_mean_s: Avg Talk?
        hold_mean_s: Avg Hold?
        wrap_mean_s: Avg ACW?
    """),
    unit="ms?",
)

PURECONNECT = Dialect(
    lambda: say("systems.pureconnect"),
    "intervals",
    ("interval_start", "offered"),
    _names("""
        interval_start: dIntervalStart?
        length_s: nDuration?
        queue: cName
        group: cReportGroup
        offered: nEnteredAcd
        answered: nAnsweredAcd
        abandoned: nAbandonedAcd
        flow_out: nFlowOutAcd
        answered_in_sl: nAnsweredAcdSvcLvl
        abandoned_in_sl: nAbandonAcdSvcLvl
        wait_answered_s: tAnsweredAcd
        wait_abandoned_s: tAbandonedAcd
        talk_s: tTalkAcd
        hold_s: tHoldAcd
        wrap_s: tACW
    """),
)

UCCX = Dialect(
    lambda: say("systems.uccx"),
    "intervals",
    ("interval_start", "offered"),
    _names("""
        interval_start: Interval Start Time
        interval_end: Interval End Time
        queue: CSQ Name
        offered: Calls Presented
        answered: Calls Handled
        abandoned: Calls Abandoned
        dequeued: Calls Dequeued
        by_other: Calls Handled by Other
        wait_max_s: Max Queue Time
        asa_s: Avg Speed of Answer
        ata_s: Avg Time to Abandon
        aht_s: Avg Handle Time
        share_in_sl: Percentage of Service Level Met? | Service Level Met Percentage?
    """),
    adds=True,
)

UCCE = Dialect(
    lambda: say("systems.ucce"),
    "intervals",
    ("interval_start", "offered"),
    _names("""
        interval_start: DateTime
        queue: CallTypeID | CallType? | Call Type? | SkillTargetID | SkillGroup? | Skill Group?
        offered: CallsOffered
        answered: CallsHandled
        abandoned: TotalCallsAband
        abandoned_short: ShortCalls
        answered_in_sl: ServiceLevelCalls
        abandoned_in_sl: ServiceLevelAband
        wait_answered_s: AnswerWaitTime
        wait_abandoned_s: CallDelayAbandTime
        talk_s: TalkTime
        hold_s: HoldTime
        handle_s: HandleTime
    """),
    owner="end",
    always=lambda: say("rows.short_calls_out"),
)
"""Cisco UCCE, Call_Type_Interval; a call of several intervals is offered in one and handled in another."""

AMAZON_METRICS = Dialect(
    lambda: say("systems.amazon_metrics"),
    "intervals",
    ("interval_start", "offered"),
    _names("""
        interval_start: StartInterval?
        interval_end: EndInterval?
        queue: Queue
        offered: Contacts queued
        answered: Contacts handled
        abandoned: Contacts abandoned
        flow_out: Contacts transferred out queue?
        asa_s: Average queue answer time
        ata_s: Average queue abandon time
        aht_s: Average handle time
        talk_mean_s: Average agent interaction time
        hold_mean_s: Average customer hold time?
        wrap_mean_s: Average after contact work time
        share_in_sl: Service level # seconds
    """),
)

TELEOPTI = Dialect(
    lambda: say("systems.teleopti"),
    "intervals",
    ("date", "clock", "offered_direct"),
    _names("""
        length_min: interval
        date: date_from
        clock: time
        queue: queue_name
        offered_direct: offd_direct_call_cnt
        flow_in: overflow_in_call_cnt
        abandoned: aband_call_cnt
        flow_out: overflow_out_call_cnt
        answered: answ_call_cnt
        wait_answered_s: queued_and_answ_call_dur
        wait_abandoned_s: queued_and_aband_call_dur
        talk_s: talking_call_dur
        wrap_s: wrap_up_dur
        longest_answered_s: queued_answ_longest_que_dur
        longest_abandoned_s: queued_aband_longest_que_dur
        answered_in_sl: ans_servicelevel_cnt
        available_s: wait_dur
        abandoned_short: aband_short_call_cnt
        abandoned_in_sl_not_short: aband_within_sl_cnt
    """),
)
TELEOPTI_FIELDS = (
    "interval",
    "date_from",
    "time",
    "queue",
    "queue_name",
    "offd_direct_call_cnt",
    "overflow_in_call_cnt",
    "aband_call_cnt",
    "overflow_out_call_cnt",
    "answ_call_cnt",
    "queued_and_answ_call_dur",
    "queued_and_aband_call_dur",
    "talking_call_dur",
    "wrap_up_dur",
    "queued_answ_longest_que_dur",
    "queued_aband_longest_que_dur",
    "avg_avail_member_cnt",
    "ans_servicelevel_cnt",
    "wait_dur",
    "aband_short_call_cnt",
    "aband_within_sl_cnt",
)
"""The fields of a Teleopti file, which has no line of names."""

IEX = Dialect(
    lambda: say("systems.iex"),
    "intervals",
    ("date", "clock", "offered"),
    _names("""
        date: date
        clock: period
        place: TZ
        queue: queue
        offered: contactsReceived
        answered: contactsHandled
        abandoned_long: abandonedLong
        abandoned_in_sl: abandonedShort
        answered_in_sl: handledShort
        talk_s: handleTime
        wrap_s: workTime
        wait_answered_s: queueDelayTime
    """),
    dates="month-first",
    always=lambda: say("rows.iex_times"),
)
"""NICE IEX, ctQueue. Its `handleTime` is talk and hold **without** `workTime`, the work after the call.

Interfaces that fill IEX from Avaya give acdtime + holdtime as HandleTime and acwtime as WorkTime (a public
guide of such a mapping; a public translator of switch events to NICE WFM says talk + hold, too). NICE's own
help names the fields and does not say. Hold is therefore inside `talk_s` and stays unknown apart.
"""

SHEET = Dialect(
    lambda: say("systems.sheet"),
    "intervals",
    ("clock", "offered"),
    {
        "date": tuple(layout.DATES),
        "clock": ("zeitraum", *layout.CLOCKS, *layout.STARTS),
        "queue": tuple(layout.QUEUES),
        "offered": tuple(layout.CALLS),
        "aht_s": tuple(layout.TIMES_OF["aht"]),
        "talk_mean_s": tuple(layout.TIMES_OF["talk"]),
        "wrap_mean_s": tuple(layout.TIMES_OF["wrap"]),
    }
    | _names("""
        answered: Answered|Handled|Calls answered|Calls handled|Angenommen|Angenommene Anrufe|接起量|接通量
        abandoned: Abandoned | Calls abandoned | Aufgelegt | Aufgelegte Anrufe | Verloren | 放弃量
        asa_s: ASA | Average speed of answer | Ø Wartezeit | Avg wait | 平均等待时长
        share_in_sl: Servicelevel # s | Service level # s | Servicelevel | Service level | #秒接通率
    """),
    unit="?",
)
"""A planner's own table, its columns called as in the tables of scenarios."""

VENDORS = (AVAYA, AXA, GENESYS_CLOUD, PURECONNECT, UCCX, UCCE, AMAZON_METRICS, TELEOPTI, IEX, SHEET)
