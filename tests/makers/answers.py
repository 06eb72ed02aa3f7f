"""Whether an answer is what it says it is: its JSON fits the schema of its kind."""

from __future__ import annotations

import json
from typing import Any, Protocol

import jsonschema

from callsim.report.kinds import class_of
from callsim.report.kit.data import as_json
from callsim.results.schema import json_schema


class Answer(Protocol):
    """What a study found."""

    @property
    def kind(self) -> str: ...

    def to_dict(self) -> dict[str, Any]: ...


def fits_its_schema(answer: Answer, kind: str) -> dict[str, Any]:
    """The JSON as it is printed; its first key names its kind, and every key stands in the schema."""
    told: dict[str, Any] = json.loads(as_json(answer.to_dict()))
    assert next(iter(told.items())) == ("kind", kind)
    assert isinstance(answer, class_of(kind))
    schema = json_schema(class_of(kind))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(told, schema)
    for broken in (told | {"kind": "other"}, told | {"more": 1}):
        assert list(jsonschema.Draft202012Validator(schema).iter_errors(broken))
    return told
