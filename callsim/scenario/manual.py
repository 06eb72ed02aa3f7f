"""What can be written where: the JSON Schema of a scenario file, and the keys that fit at a place."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from callsim.scenario.schema import Scenario
from callsim.scenario.words.mistakes import Location


def schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file, for editors; a file that extends another may leave out anything."""
    return copy.deepcopy(_schema())


@cache
def _schema() -> dict[str, Any]:
    whole = Scenario.model_json_schema()
    parts = whole.pop("$defs")
    for part in (whole, *parts.values()):
        part.pop("title", None)
        for field in part.get("properties", {}).values():
            field.pop("title", None)
            if not isinstance(field.get("default", 0), (int, float, str)) or not field.get("default", 0):
                field.pop("default", None)
    upper = {f"{name} laid over": _laid_over(part) for name, part in {"Scenario": whole, **parts}.items()}
    upper["Scenario laid over"]["properties"]["extends"] = {
        "type": ["string", "null"],
        "description": "The file that this one is laid over, key by key; null removes a key.",
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "callsim scenario",
        "if": {"required": ["extends"]},
        "then": {"$ref": "#/$defs/Scenario laid over"},
        "else": {"$ref": "#/$defs/Scenario"},
        "$defs": {"Scenario": whole, **parts, **upper},
    }


def _laid_over(part: Any) -> Any:
    """A part of the schema in which nothing is required and null removes a key."""
    if isinstance(part, list):
        return [_laid_over(item) for item in part]
    if not isinstance(part, dict):
        return part
    result = {key: _laid_over(value) for key, value in part.items() if key not in ("required", "default")}
    if "$ref" in result:
        result["$ref"] = f"{result['$ref']} laid over"
    if isinstance(part.get("properties"), dict):
        result["properties"] = {
            key: {"anyOf": [value, {"type": "null"}]} for key, value in result["properties"].items()
        }
    if isinstance(part.get("additionalProperties"), dict):
        result["additionalProperties"] = {"anyOf": [result["additionalProperties"], {"type": "null"}]}
    return result


def keys_at(path: Location) -> set[str]:
    """The keys that can stand in the mapping at a path."""
    whole = _schema()
    places = [whole["$defs"]["Scenario"]]
    for step in path:
        places = [below for place in _flat(places, whole) for below in _below(place, step)]
    keys = {key for place in _flat(places, whole) for key in place.get("properties", {})}
    return keys | {"extends"} if not path else keys


def _flat(places: list[Any], whole: dict[str, Any]) -> list[Any]:
    """The places themselves: references followed, alternatives side by side."""
    flat = []
    for place in places:
        if "$ref" in place:
            flat += _flat([whole["$defs"][place["$ref"].rpartition("/")[2]]], whole)
        flat += _flat(place.get("anyOf", []), whole)
        flat.append(place)
    return flat


def _below(place: dict[str, Any], step: str | int) -> list[Any]:
    if isinstance(step, int):
        return [place["items"]] if "items" in place else []
    if step in place.get("properties", {}):
        return [place["properties"][step]]
    names = place.get("additionalProperties")
    return [names] if isinstance(names, dict) else []
