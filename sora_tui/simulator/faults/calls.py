"""Faults of a callback: it comes late, twice, in another order, from somebody else, or never. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sora_tui.simulator.calls import Call, Signed, with_data
from sora_tui.simulator.faults.kinds import FaultKind
from sora_tui.simulator.faults.script import Fault

_LATE_S = 60.0
_REPLAYED_S = 1.0
_SWAPPED = {"state": "success", "resultJson": '{"resultUrls":["https://example.invalid/not-yours.mp4"]}'}
_OTHER_ID = "f" * 32


def _late(call: Call, fault: Fault) -> list[Call]:
    return [replace(call, due=call.due + _milliseconds(fault, _LATE_S))]


def _twice(call: Call, fault: Fault) -> list[Call]:
    return [call, call]


def _overtaken(call: Call, fault: Fault) -> list[Call]:
    return [replace(call, behind=fault.behind, only=fault.only)]


def _never(call: Call, fault: Fault) -> list[Call]:
    return []


def _forged(call: Call, fault: Fault) -> list[Call]:
    return [replace(call, signed=Signed.WRONGLY)]


def _unsigned(call: Call, fault: Fault) -> list[Call]:
    return [replace(call, signed=Signed.NOT)]


def _replayed(call: Call, fault: Fault) -> list[Call]:
    return [replace(call, replayed_ms=_milliseconds(fault, _REPLAYED_S))]


def _swapped_body(call: Call, fault: Fault) -> list[Call]:
    return [with_data(call, fault.data or _SWAPPED)]


def _snake_id(call: Call, fault: Fault) -> list[Call]:
    renamed = {"task_id" if name == "taskId" else name: value for name, value in call.body["data"].items()}
    return [replace(call, body={**call.body, "data": renamed})]


def _two_ids(call: Call, fault: Fault) -> list[Call]:
    return [with_data(call, {"task_id": _OTHER_ID if fault.value is None else fault.value})]


BEHAVIOURS: Mapping[FaultKind, Callable[[Call, Fault], list[Call]]] = {
    FaultKind.LATE: _late,
    FaultKind.TWICE: _twice,
    FaultKind.OVERTAKEN: _overtaken,
    FaultKind.NEVER: _never,
    FaultKind.FORGED: _forged,
    FaultKind.UNSIGNED: _unsigned,
    FaultKind.REPLAYED: _replayed,
    FaultKind.SWAPPED_BODY: _swapped_body,
    FaultKind.SNAKE_ID: _snake_id,
    FaultKind.TWO_IDS: _two_ids,
}


def befallen(call: Call, fault: Fault | None) -> list[Call]:
    """The calls that are made instead of `call`."""
    if fault is None:
        return [call]
    return BEHAVIOURS[fault.fault](replace(call, fault=fault.fault), fault)


def _milliseconds(fault: Fault, usual_s: float) -> int:
    return round((usual_s if fault.seconds is None else fault.seconds) * 1000)
