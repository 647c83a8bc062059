"""The simulator's HTTP: the service's own routes and the result files.

HTTP is 200 for nearly everything; what happened is in the body's code (contract §1).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from sora_tui.simulator import answers, connection
from sora_tui.simulator.answers import Answer
from sora_tui.simulator.bodies import decode
from sora_tui.simulator.controls import control_routes
from sora_tui.simulator.engine import Engine
from sora_tui.simulator.faults import Faults
from sora_tui.simulator.film_maker import FilmFailed
from sora_tui.simulator.ledger import fingerprint
from sora_tui.simulator.records import SimulatedTask
from sora_tui.simulator.wishes import said

KEY_PREFIX = "demo-"
"""Keys that start with this are accepted; each has a purse of its own."""

_KEPT_HEADERS = ("content-type", "user-agent", "x-request-id")
_MEDIA_TYPES = {".mp4": "video/mp4", ".png": "image/png", ".wav": "audio/wav"}

Act = Callable[[str, Request], Awaitable[Answer]]


def create_app(engine: Engine, scripted: Faults | None = None) -> Starlette:
    """The ASGI application over `engine`; `scripted` faults are looked up before every answer."""
    scripted = scripted if scripted is not None else Faults()

    async def create_task(key: str, request: Request) -> Answer:
        ref = request.headers.get("x-request-id")
        headers = {name: request.headers[name] for name in _KEPT_HEADERS if name in request.headers}
        return engine.create(key, decode(await request.body()), ref=ref, headers=headers)

    async def record_info(key: str, request: Request) -> Answer:
        return engine.read(key, request.query_params.get("taskId", ""))

    async def credit(key: str, request: Request) -> Answer:
        return engine.credit(key)

    async def download_url(key: str, request: Request) -> Answer:
        body = decode(await request.body())
        return engine.download_url(body.get("url") if isinstance(body, dict) else None)

    async def models(key: str, request: Request) -> Answer:
        asked = request.query_params
        return engine.discovery.models(
            fingerprint(key),
            task_type=asked.get("taskType", ""),
            provider=asked.get("provider", ""),
            words=asked.get("q", ""),
        )

    def about(answer: Callable[[str, str], Answer]) -> Act:
        async def act(key: str, request: Request) -> Answer:
            return answer(fingerprint(key), request.path_params["model"])

        return act

    def api(path: str, method: str, act: Act, *, is_json: bool = True) -> Route:
        name = path.rpartition("/")[2]

        async def answer(request: Request) -> Response:
            if engine.options.latency_s:
                await asyncio.sleep(engine.options.latency_s)
            key = _key(request, is_json=is_json)
            given = await act(key, request) if isinstance(key, str) else key
            engine.requests[f"{name} {given.code}"] += 1
            if given.lost:
                await connection.close(request.scope, request.receive)
                return Response()
            return Response(given.body(), media_type="application/json")

        return Route(path, answer, methods=[method], name=name)

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        if not engine.may_follow(name, request.url.query):
            return PlainTextResponse(answers.LINK_EXPIRED, status_code=403)
        film = engine.file(name)
        if film is None:
            return PlainTextResponse(answers.NO_FILE, status_code=404)
        try:
            path = await asyncio.wrap_future(film)
        except FilmFailed as error:
            return PlainTextResponse(f"The file could not be made: {error}", status_code=500)
        stat = path.stat()
        etag = _etag(path, stat.st_mtime_ns, stat.st_size)
        media_type = _MEDIA_TYPES[path.suffix]
        return FileResponse(path, stat_result=stat, media_type=media_type, headers={"etag": etag})

    async def take_in(key: str, request: Request) -> Answer:
        from sora_tui.simulator.upload_host import take_in as host  # most demos upload nothing

        return await host(engine, key, request)

    async def upload(request: Request) -> Response:
        kept = engine.uploads.at(request.path_params["path"])
        if kept is None:
            return PlainTextResponse(answers.NO_FILE, status_code=404)
        found, path = kept
        return FileResponse(path, media_type=found.mime, headers={"etag": f'"{found.sha256[:32]}"'})

    async def logs(request: Request) -> Response:
        engine.settle()
        return PlainTextResponse("".join(f"{_log_line(task)}\n" for task in reversed(engine.tasks())))

    return Starlette(
        routes=[
            api("/api/v1/jobs/createTask", "POST", create_task),
            api("/api/v1/jobs/recordInfo", "GET", record_info),
            api("/api/v1/chat/credit", "GET", credit),
            api("/api/v1/common/download-url", "POST", download_url),
            api("/api/v1/models", "GET", models),
            api("/api/v1/models/{model:path}/schema", "GET", about(engine.discovery.schema)),
            api("/api/v1/models/{model:path}/price", "GET", about(engine.discovery.price)),
            api("/api/v1/models/{model:path}/success-rate", "GET", about(engine.discovery.success_rate)),
            api("/api/file-stream-upload", "POST", take_in, is_json=False),
            api("/api/file-base64-upload", "POST", take_in),
            api("/api/file-url-upload", "POST", take_in),
            Route("/uploads/{path:path}", upload, methods=["GET", "HEAD"], name="uploads"),
            Route("/files/{name}", file, methods=["GET", "HEAD"], name="files"),
            Route("/logs", logs, methods=["GET"]),
            *control_routes(engine, scripted),
        ],
        exception_handlers={404: _not_found},
    )


def _log_line(task: SimulatedTask) -> str:
    """A task as a line of the page of logs: when it was made, its id, its state, how its words begin."""
    made = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(task.created / 1000))
    return f"{made}  {task.task_id}  {task.state:<7}  {json.dumps(said(task.input)[:60])}"


def _key(request: Request, *, is_json: bool) -> str | Answer:
    """The key, or why it is refused."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.startswith(KEY_PREFIX):
        return Answer(401, answers.NO_ACCESS)
    if is_json and not request.headers.get("content-type", "").lower().startswith("application/json"):
        return Answer(401, answers.NO_CONTENT_TYPE)
    return key


async def _not_found(request: Request, error: Exception) -> Response:
    return Response(Answer(404, answers.STANDARD_TEXTS[404]).body(), status_code=404, media_type="application/json")


@lru_cache(maxsize=4096)
def _etag(path: Path, changed_ns: int, size: int) -> str:
    """A strong validator: a digest of the bytes, so that a file made anew with the same content keeps it."""
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return f'"{digest[:32]}"'
