"""Damaged scenario files: each loads or is refused with located mistakes – no other end, and soon."""

# ruff: noqa: E501, SIM905
from __future__ import annotations

import os
import random
import time
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callsim.errors import ScenarioError
from callsim.scenario import TEMPLATE, load

ROUNDS = int(os.environ.get("CALLSIM_FUZZ", "3000"))
HERE = Path(__file__).parent
SOURCES = [(HERE / "contract.yaml").read_text("utf-8"), TEMPLATE, (HERE / "buildout.yaml").read_text("utf-8")]

NASTY = r"""
.nan|.inf|-.inf|-1|0|-0|1e400|1e308|1e-320|0x10|0o17|[]|{}|~|null|true|NO|yes|''|""|-|?|:|- -|[[[[]]]]|{a: {b: {c: {}}}}
&a [*a]|*a|*nope|&x {<<: *x}|<<: *x|!!python/object:os.system x|!!int "5"|!!binary abcd|!!set {a, b}|%TAG|---|...|@x|`x`
"\x00"|"\ud800"|"\U0001F600"|\x00|呼叫中心|"\t"|	|99999999999999999999999999|-99999999999999999999|1_000|1__0|_|1_
20|20 s|20 s s|1h30m|-5 min|5:00|99999 d|1e9 s|85%|850%|-5%|nan%|٣ s|٣%|٠٨:٠٠-٢٠:٠٠|٢٠١٧-٠٦-٠٥|24:00|25:00-26:00|08:00-08:00|22:00-06:00
day 1 10:00|day 0 10:00|day 99 24:00|mon-fri|[sat, sun]|sun-sat|["09:00-09:15"]|ops.py:evening|contract.yaml:x.py:y|/dev/zero.py:x
2017-02-30|0000-00-00|9999-12-31|2017-06-05|missing.csv|/dev/zero|/|.|../../../etc/passwd|"a\0b.csv"|contract.yaml|scenario.yaml
{exponential: {mean: 3 min}}|{lognormal: {mu: 900, sigma: 2}}|{lognormal: {mean: 1 s, cv: 1e9}}|{weibull: {shape: 1e-300, scale: 1 s}}
{hyperexponential: {weights: [0, 0], means: [1 s, 1 s]}}|{hyperexponential: {weights: [.5], means: [1 s, 2 s]}}|{family: constant}
{constant: {family: gamma, mean: 1 s}}|{uniform: {low: 5 s, high: 5 s}}|{gamma: {shape: 1e300, scale: 300 d}}|{empirical: {file: 7}}|{empirical: {values: []}}
{weibull: {mean: 1 s, cv: 20}}|{uniform: {mean: 0.000001 s, cv: .5}}|{empirical: {file: /dev/null}}|[1, 2, 3]|[null]|{null: null}|{1: 2}|{[a]: b}|? [a]
"{{text}}"|"%s %d {0} {value}"|"'"|"''"|a: b: c|"unclosed|[1, 2|{a: 1|# comment|>|\||!|&|*|&a|!<tag:x> y|2.5|1e3|.6|+.5|0b11|1:30
""".replace("\n", "|").strip("|").split("|")  # fmt: skip

KEYS = (
    "calendar start days warm_up interval sites seats queues copies open at_close arrivals per_day profile weekdays day_cv "
    "day_factor interval_cv interval_correlation surges at times per_hour counts replay talk wrap patience lognormal mean cv "
    "exponential at_most balk priority lines redial probability after goal answer within abandon_at_most groups site answers "
    "rank pace staff shifts absence shrinkage count goals counted offered extends name telecom bank family values file mu "
    "from to hours breaks days share correlation incidents seats_lost calls_in_progress lost supervisors early night "
    "buildout until period phases on over close client_fill lines growth training attrition turnover weekday months people "
    "hazard schools intake class_size rooms trainers length money wages assumptions key low high"
).split()


def damaged(rng: random.Random) -> bytes:
    """A scenario with one to six damages."""
    text = rng.choice(SOURCES)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        text = rng.choice(DAMAGES)(rng, text)
    data = text.encode("utf-8", "surrogatepass")
    for _ in range(rng.choice((0, 0, 0, 0, 0, 1, 2))):
        if data:
            at = rng.randrange(len(data))
            data = data[:at] + bytes([rng.randrange(256)]) + data[at + rng.randrange(2) :]
    return data


def _line(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    what = rng.randrange(6)
    if what == 0:
        del lines[a]
    elif what == 1:
        lines.insert(b, lines[a])
    elif what == 2:
        lines[a], lines[b] = lines[b], lines[a]
    elif what == 3:
        lines[a] = rng.choice(("", " ", "  ", "\t", "    ")) + lines[a].lstrip()
    elif what == 4:
        lines = lines[: max(a, 1)]
    else:
        del lines[min(a, b) : min(a, b) + 5]
    return "\n".join(lines)


def _scalar(rng: random.Random, text: str) -> str:
    """Something after a colon, comma or bracket is replaced."""
    places = [
        i for i, c in enumerate(text) if (c in ":,[{" and text[i + 1 : i + 2] in (" ", "\n", "")) or c in "[{"
    ]
    if not places:
        return text
    at = rng.choice(places) + 1
    end = next((i for i in range(at + 1, len(text)) if text[i] in ",]}\n#"), len(text))
    return f"{text[:at]} {rng.choice(NASTY)}{text[end:]}"


def _key(rng: random.Random, text: str) -> str:
    word = rng.choice(KEYS)
    return text.replace(f"{word}:", f"{rng.choice((*KEYS, *NASTY))}:", rng.choice((1, 1, -1)))


def _character(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    return (
        text[:at]
        + rng.choice("\t\n :-[]{}#&*!|>'\"%@`,?\0\x85\u2028\ufeff\x07é中")
        + text[at + rng.randrange(3) :]
    )


def _added(rng: random.Random, text: str) -> str:
    """A line is added somewhere, at some depth."""
    lines = text.split("\n")
    at = rng.randrange(len(lines) + 1)
    lines.insert(at, f"{' ' * rng.choice((0, 2, 4, 6))}{rng.choice(KEYS)}: {rng.choice(NASTY)}")
    return "\n".join(lines)


DAMAGES = [_line, _scalar, _scalar, _scalar, _key, _character, _added]


def judge(data: bytes, path: Path, overrides: tuple[str, ...] = ()) -> bool:
    """Whether these bytes load; they must do that, or be refused properly."""
    path.write_bytes(data)
    before = time.perf_counter()
    try:
        load(path, overrides)
        mistakes = None
    except ScenarioError as error:
        mistakes = error.mistakes
    assert time.perf_counter() - before < 5, "a hang"  # a second, on a machine with other work
    for mistake in mistakes or ():
        told = str(mistake)
        assert mistake.text.strip()
        assert told.isprintable(), told
        assert "pydantic" not in told
        assert "Input should" not in told
        if mistake.file == str(path):
            assert mistake.line >= 1
            assert mistake.column >= 1
    assert mistakes != ()
    return mistakes is None


def test_damaged_files_are_refused_with_places(tmp_path):
    loaded = 0
    for seed in range(ROUNDS):
        data = damaged(random.Random(seed))
        try:
            loaded += judge(data, tmp_path / "scenario.yaml")
        except BaseException:
            print(f"seed {seed}:\n{data!r}")
            raise
    assert 0 < loaded < ROUNDS


def test_damaged_overrides_are_refused(tmp_path):
    rng = random.Random(1)
    for _ in range(ROUNDS // 6):
        words = tuple(
            ".".join(
                rng.choice((*KEYS, "0", "1", '"telecom"', "", "service")) for _ in range(rng.randrange(1, 6))
            )
            + rng.choice(("=", "=", "=", ""))
            + rng.choice((*NASTY, ""))
            for _ in range(rng.randrange(1, 4))
        )
        try:
            judge(rng.choice(SOURCES).encode(), tmp_path / "scenario.yaml", words)
        except BaseException:
            print(words)
            raise


@settings(max_examples=min(ROUNDS // 10, 2000), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(
        st.binary(max_size=200), st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass"))
    )
)
def test_any_bytes(tmp_path_factory, data):
    judge(data, tmp_path_factory.getbasetemp() / "any.yaml")


PLACES = [f"queues.telecom.{key}" for key in "arrivals talk open goal redial lines copies".split()]
PLACES += [f"groups.telecom-xinpu.{key}" for key in "staff shifts absence shrinkage".split()]
PLACES += ["shifts", "shifts.early", "shifts.farm.hours", "shifts.early.breaks", "incidents", "supervisors"]

_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(NASTY),
    st.sampled_from(KEYS),
)
_trees = st.recursive(
    _scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner, max_size=5),
    ),
    max_leaves=12,
)


@settings(max_examples=min(ROUNDS // 10, 2000), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(PLACES), _trees)
def test_any_value_anywhere(tmp_path_factory, key, tree):
    """The value comes from Python, so YAML does not stand in its way."""
    path = tmp_path_factory.getbasetemp() / "tree.yaml"
    path.write_text(SOURCES[0], "utf-8")
    mistakes = ()
    try:
        load(path, {key: tree})
    except ScenarioError as error:
        mistakes = error.mistakes
    assert all(mistake.text and (mistake.line or mistake.file.startswith("--set")) for mistake in mistakes)
