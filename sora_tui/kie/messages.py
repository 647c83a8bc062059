"""What is asked and answered about tasks, as values. Tolerant: extra fields are ignored, gaps become None.

Facts about the wire: contract §3 and §4.
"""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sora_tui.kie.envelope import Answer, Json, decode_json, real_number, whole_number
from sora_tui.kie.errors import UnreadableAnswer
from sora_tui.kie.results import read_result

_TASK_ID = re.compile(r"[!-~]{1,256}", re.ASCII)
_EARLIEST_MS, _LATEST_MS = 10**11, 10**14


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, protected_namespaces=())


class CreateTask(_Message):
    """A request for one new task. Costs credits when it is sent.

    Attributes:
        model: the vendor's model id.
        input: the prompt and the model's parameters, exactly as they go on the wire.
        call_back_url: gets one POST when the task ends.
        progress_call_back_url: gets POSTs while it runs.

    Raises:
        pydantic.ValidationError: a value cannot be sent as JSON in UTF-8.
    """

    model: Annotated[str, Field(min_length=1)]
    input: dict[str, Json]
    call_back_url: str | None = None
    progress_call_back_url: str | None = None

    def wire(self) -> dict[str, Json]:
        """The body as JSON values, without what was not given."""
        body = {
            "model": self.model,
            "callBackUrl": self.call_back_url,
            "progressCallBackUrl": self.progress_call_back_url,
            "input": self.input,
        }
        return {name: value for name, value in body.items() if value is not None}

    def encoded(self) -> bytes:
        """The body as bytes."""
        return json.dumps(self.wire(), ensure_ascii=False, allow_nan=False).encode()

    @model_validator(mode="after")
    def _can_be_sent(self) -> CreateTask:
        try:
            self.encoded()
        except (TypeError, RecursionError):
            raise ValueError("the input cannot be written as JSON") from None
        return self


class CreatedTask(_Message):
    """The service's word that it made a task.

    Attributes:
        task_id: opaque, 1 to 256 printable ASCII characters.
        record_id: a second id some models give.
        http_status: usually 200, but the code in the body counts.
        raw: the whole answer as text.
    """

    task_id: str
    record_id: str | None = None
    http_status: int
    raw: str = Field(repr=False)

    @classmethod
    def from_answer(cls, answer: Answer) -> CreatedTask:
        """The created task an answer names.

        Raises:
            UnreadableAnswer: it names none that could be asked for again.
        """
        task_id = created_id(answer.data)
        if task_id is None:
            raise UnreadableAnswer(
                "The service accepted the request but named no task.",
                http_status=answer.http_status,
                code=200,
                raw=answer.raw,
            )
        record_id = _text(answer.data.get("recordId")) or None
        return cls(task_id=task_id, record_id=record_id, http_status=answer.http_status, raw=answer.raw)


class Verdict(StrEnum):
    """What a task's state word means for us."""

    RUNNING = "running"
    SUCCESS = "success"
    FAIL = "fail"


_VERDICTS = {
    "success": Verdict.SUCCESS,
    "completed": Verdict.SUCCESS,
    "fail": Verdict.FAIL,
    "failed": Verdict.FAIL,
}
_FLAGS = {1: Verdict.SUCCESS, 3: Verdict.FAIL}


class EchoedRequest(_Message):
    """The request as the service repeats it in `param`, decoded twice.

    Attributes:
        model: the vendor's model id; empty if it was not repeated.
        prompt: empty if there was none.
        parameters: the other fields of `input`.
        call_back_url: where the end is told, as it was asked for.
        progress_call_back_url: the same for progress.
    """

    model: str = ""
    prompt: str = ""
    parameters: dict[str, Json] = {}
    call_back_url: str | None = None
    progress_call_back_url: str | None = None


class TaskRecord(_Message):
    """One look at a task.

    Attributes:
        task_id: the id it was asked by.
        model: the vendor's model id; empty if not said.
        state: the vendor's own word, as it came; empty if not said.
        verdict: what that word means. A word we do not know means that it runs.
        links: result links, `resultUrls` first, in the vendor's order, without doubles, at most 64; only https
            (or http on this machine).
        watermark_links: the same with the vendor's watermark.
        result_text: what came out in words, at most 100,000 characters; empty where there are only links.
        fail_code: the code of a failed task, where it is a number.
        fail_word: the same, where it is a word.
        fail_msg: why it failed, in the vendor's words.
        created_at_ms: epoch milliseconds by the vendor's clock.
        completed_at_ms: the same.
        credits_consumed: credits taken; filled while still running, 0.0 after a failure.
        request: what was asked for; None if it cannot be read.
        raw: the whole answer as text.
        http_status: usually 200.
    """

    task_id: str
    model: str = ""
    state: str = ""
    verdict: Verdict = Verdict.RUNNING
    links: tuple[str, ...] = ()
    watermark_links: tuple[str, ...] = ()
    result_text: str = Field(default="", repr=False)
    fail_code: int | None = None
    fail_word: str = ""
    fail_msg: str = ""
    created_at_ms: int | None = None
    completed_at_ms: int | None = None
    credits_consumed: float | None = None
    request: EchoedRequest | None = None
    raw: str = Field(default="", repr=False)
    http_status: int = 200

    @classmethod
    def from_answer(cls, answer: Answer, *, task_id: str | None = None) -> TaskRecord:
        """The task an answer describes.

        Args:
            answer: a recordInfo answer.
            task_id: the id that was asked for. An answer about another task is not believed.

        Raises:
            UnreadableAnswer: it describes no task, or another one.
        """
        data = answer.data
        told_id = _text(data.get("taskId")) if isinstance(data, dict) else ""
        known_id = told_id or task_id or ""
        if not isinstance(data, dict) or not known_id or (task_id is not None and known_id != task_id):
            sentence = "The answer describes no task."
            if isinstance(data, dict) and told_id:
                sentence = "The answer is about another task than the one that was asked for."
            raise UnreadableAnswer(sentence, http_status=answer.http_status, code=200, raw=answer.raw)

        state = _text(data.get("state"))
        verdict = _VERDICTS.get(state.lower(), Verdict.RUNNING)
        if not state:
            verdict = _FLAGS.get(whole_number(data.get("successFlag")) or 0, Verdict.RUNNING)
        failed = verdict is Verdict.FAIL
        fail_code = _fail_code(data.get("failCode")) if failed else None
        result = read_result(data)
        return cls(
            task_id=known_id,
            model=_text(data.get("model")),
            state=state,
            verdict=verdict,
            links=result.links,
            watermark_links=result.watermark_links,
            result_text=result.text,
            fail_code=fail_code,
            fail_word=_text(data.get("failCode")) if failed and fail_code is None else "",
            fail_msg=_text(data.get("failMsg")),
            created_at_ms=_epoch_ms(data.get("createTime")),
            completed_at_ms=_epoch_ms(data.get("completeTime")),
            credits_consumed=_credits(data.get("creditsConsumed")),
            request=_echoed(data),
            raw=answer.raw,
            http_status=answer.http_status,
        )


def created_id(data: Json) -> str | None:
    """The task id in the data of a create's answer, if it is one that can be asked for again."""
    task_id = data.get("taskId") if isinstance(data, dict) else None
    return task_id if isinstance(task_id, str) and _TASK_ID.fullmatch(task_id) else None


def names_a_task(raw: str) -> bool:
    """Whether an answer names a task it made, whatever else it says."""
    return created_id(_object(raw).get("data")) is not None


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _epoch_ms(value: Json) -> int | None:
    moment = whole_number(value)
    return moment if moment is not None and _EARLIEST_MS <= moment < _LATEST_MS else None


def _credits(value: Json) -> float | None:
    credits = real_number(value)
    return credits if credits is not None and 0 <= credits < 10**12 else None


def _fail_code(value: Json) -> int | None:
    code = whole_number(value)
    # 0 and 200 are what a field of this kind holds when nobody filled it; they explain no failure
    return code if code is not None and 0 < code < 100_000 and code != 200 else None


def _object(value: Json) -> dict[str, Json]:
    """An object that came as one or as a JSON string; empty for anything else."""
    if isinstance(value, str):
        try:
            value = decode_json(value)
        except ValueError:
            return {}
    return value if isinstance(value, dict) else {}


def _echoed(data: dict[str, Json]) -> EchoedRequest | None:
    for place in ("param", "paramJson"):
        param = _object(data.get(place))
        parameters = _object(param.get("input"))
        if parameters or _text(param.get("model")):
            prompt = parameters.pop("prompt", None)
            return EchoedRequest(
                model=_text(param.get("model")),
                prompt=prompt if isinstance(prompt, str) else "",
                parameters=parameters,
                call_back_url=_text(param.get("callBackUrl")) or None,
                progress_call_back_url=_text(param.get("progressCallBackUrl")) or None,
            )
    return None
