"""`/_simulator/…`: for whoever runs the simulator. What it has seen, and what it is to do now."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from math import isfinite
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sora_tui.simulator.bodies import decode
from sora_tui.simulator.engine import Engine
from sora_tui.simulator.faults import Faults
from sora_tui.simulator.faults.script import read_document
from sora_tui.simulator.markers import Plan
from sora_tui.simulator.on_demand import call_on_demand


def control_routes(engine: Engine, scripted: Faults) -> list[Route]:
    """The routes over `engine` and its script of faults."""

    async def ledger(request: Request) -> Response:
        uploads = [asdict(upload) for upload in engine.uploads.all()]
        return _json({**engine.ledger.as_json(), "requests": dict(engine.requests), "uploads": uploads})

    async def creates(request: Request) -> Response:
        return _json({"creates": [create.as_json() for create in engine.ledger.creates]})

    async def models(request: Request) -> Response:
        return _json({"models": engine.catalogue.as_json()})

    async def switch_model(body: dict[str, Any]) -> Response:
        pattern, sold, rate = body.get("model"), body.get("sold"), body.get("success_rate")
        is_rate = rate is None or (type(rate) in (int, float) and 0 <= rate <= 100)
        if not isinstance(pattern, str) or not isinstance(sold, bool | None) or not is_rate:
            return _json(
                {"error": 'Send {"model": "sora-2*", "sold": false} or {"model": "…", "success_rate": 55}.'}, 400
            )
        engine.catalogue.switch(pattern, sold=sold, success_rate=rate)
        return _json({"models": engine.catalogue.as_json()})

    async def add_faults(body: dict[str, Any]) -> Response:
        clear = body.get("clear", False)
        if not isinstance(clear, bool):
            return _json({"error": "clear must be true or false."}, 400)
        try:
            added = read_document(body, besides=("clear",))
        except ValueError as error:
            return _json({"error": str(error)}, 400)
        if clear:
            scripted.clear()
        for fault in added:
            scripted.add(fault)
        return _json({"faults": scripted.as_json()})

    async def set_purse(body: dict[str, Any]) -> Response:
        key, credits = body.get("key"), body.get("credits")
        if not isinstance(key, str) or not isinstance(credits, (int, float)) or not isfinite(credits):
            return _json({"error": 'Send {"key": "demo-…", "credits": 100}.'}, 400)
        engine.set_credits(key, float(credits))
        return _json({"credits": float(credits)})

    async def finish(body: dict[str, Any]) -> Response:
        try:
            await finish_tasks(engine, body.get("taskId"), _plan(body))
        except KeyError:
            return _json({"error": "There is no such running task."}, 404)
        return _json({"running": sum(task.completed is None for task in engine.tasks())})

    async def call_back(body: dict[str, Any]) -> Response:
        try:
            tried = await engine.callbacks.call(*call_on_demand(engine, body))
        except ValueError as error:
            return _json({"error": str(error)}, 400)
        return _json({"callbacks": [asdict(each) for each in tried]})

    return [
        Route("/_simulator/ledger", ledger, methods=["GET"]),
        Route("/_simulator/creates", creates, methods=["GET"]),
        Route("/_simulator/models", models, methods=["GET"]),
        Route("/_simulator/models", _control(switch_model), methods=["POST"]),
        Route("/_simulator/faults", _control(add_faults), methods=["POST"]),
        Route("/_simulator/purse", _control(set_purse), methods=["POST"]),
        Route("/_simulator/finish", _control(finish), methods=["POST"]),
        Route("/_simulator/callbacks", _control(call_back), methods=["POST"]),
    ]


async def finish_tasks(engine: Engine, task_id: str | None = None, plan: Plan | None = None) -> None:
    """End a task (all, for None) now, by `plan` if given, and wait for its video.

    Raises:
        KeyError: there is no such running task.
    """
    awaited = engine.make_due(task_id, plan)
    if awaited:
        await asyncio.wait([asyncio.wrap_future(film) for film in awaited])
    engine.settle()


async def end_and_call_back(engine: Engine, task_id: str) -> None:
    """End a running task now, and wait until its callback has been answered, or will not be."""
    await finish_tasks(engine, task_id)
    await engine.callbacks.made(task_id)


def _control(
    act: Callable[[dict[str, Any]], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        # A page in a browser can post to this machine, but not with this type without being asked first.
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return _json({"error": "Send JSON with Content-Type: application/json."}, 415)
        body = decode(await request.body())
        if not isinstance(body, dict):
            return _json({"error": "Send a JSON object."}, 400)
        return await act(body)

    return answer


def _plan(body: dict[str, Any]) -> Plan | None:
    if "code" not in body:
        return None
    return Plan(succeeds=False, code=body["code"], text=str(body.get("text", "")))


def _json(value: Any, status: int = 200) -> Response:
    return Response(json.dumps(value).encode("ascii"), status_code=status, media_type="application/json")
