"""What the service tells about its models: the list, one model's schema, its price, its recent success.

Facts about the wire: contract §6. The four share one request per second.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from sora_tui.kie.envelope import Answer, Json, real_number
from sora_tui.kie.errors import UnreadableAnswer
from sora_tui.kie.fields import Media
from sora_tui.kie.kinds import ModelKind, Purpose, purpose_of

MODELS_PATH = "/api/v1/models"

_Row = TypeVar("_Row")


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, protected_namespaces=())


class ModelListing(_Entry):
    """One row of the list of models. `model_dump` and `model_validate` lead to a cache and back.

    Attributes:
        model: the id to ask for.
        title: as the vendor shows it.
        provider: who made the model.
        task_types: what it does, in the vendor's words. Unreliable.
        description: prose; usually empty.
        pricing: prose.
    """

    model: str
    title: str = ""
    provider: str = ""
    task_types: tuple[str, ...] = ()
    description: str = ""
    pricing: str = ""

    @property
    def kinds(self) -> frozenset[ModelKind]:
        """What it makes out of what: at least one kind."""
        return self._purpose.kinds

    @property
    def makes(self) -> Media:
        """What comes out of it; `Media.FILE` where nothing says."""
        return self._purpose.makes

    @cached_property
    def _purpose(self) -> Purpose:
        return purpose_of(self.model, self.title, self.task_types)


class ModelSchema(_Entry):
    """One model's OpenAPI document, for `profile_from_openapi`. `openapi` is None where none is published."""

    model: str
    openapi: dict[str, Json] | None = Field(default=None, repr=False)


class SuccessPoint(_Entry):
    """Ten minutes of a model's life.

    Attributes:
        start: ISO 8601, as it came.
        end: the same.
        success_rate: percent; None without traffic.
        error_rate: percent; None without traffic.
        is_normal: the vendor's verdict.
    """

    start: str
    end: str = ""
    success_rate: float | None = None
    error_rate: float | None = None
    is_normal: bool | None = None


def model_path(model_id: str, what: str) -> str:
    """The path of one model's page. A slash in the id stays; whatever could lead elsewhere is encoded."""
    steps = [quote(step, safe="", errors="replace") for step in model_id.split("/")]
    # quote() leaves dots alone, and "." or ".." as a whole step would climb
    steps = [step.replace(".", "%2E") if step in (".", "..") else step for step in steps]
    return f"{MODELS_PATH}/{'/'.join(steps)}/{what}"


def read_models(answer: Answer) -> list[ModelListing]:
    """The rows of a list of models, each model once. Rows without an id are left out.

    Raises:
        UnreadableAnswer: there is no list.
    """
    listings: dict[str, ModelListing] = {}
    for listing in _rows(answer, "models", _listing):
        listings.setdefault(listing.model, listing)
    return list(listings.values())


def read_success(answer: Answer) -> list[SuccessPoint]:
    """The points of a model's recent success, oldest first as they come.

    Raises:
        UnreadableAnswer: there is no list.
    """
    return _rows(answer, "points", _point)


def read_schema_answer(answer: Answer, model_id: str) -> ModelSchema:
    """A model's schema.

    Raises:
        UnreadableAnswer: there is none, or it is that of another model.
    """
    data = answer.data
    if not isinstance(data, dict) or data.get("model", model_id) != model_id:
        raise _odd(answer, "The answer is not this model's schema.")
    openapi = data.get("openapi")
    return ModelSchema(model=model_id, openapi=openapi if isinstance(openapi, dict) else None)


def read_price(answer: Answer) -> str:
    """A model's price in the vendor's prose.

    Raises:
        UnreadableAnswer: there is none.
    """
    data = answer.data
    prose = _text(data.get("pricingDesc")) if isinstance(data, dict) else _text(data)
    if not prose:
        raise _odd(answer, "The service states no price for this model.")
    return prose


def _rows(answer: Answer, name: str, read: Callable[[dict[str, Json]], _Row | None]) -> list[_Row]:
    data = answer.data
    rows = data.get(name) if isinstance(data, dict) else data
    if not isinstance(rows, list):
        raise _odd(answer, f"The answer holds no list of {name}.")
    entries = (read(row) for row in rows if isinstance(row, dict))
    return [entry for entry in entries if entry is not None]


def _listing(row: dict[str, Json]) -> ModelListing | None:
    model = _text(row.get("model")) or _text(row.get("slug"))
    types = row.get("taskType")
    if not model:
        return None
    return ModelListing(
        model=model,
        title=_text(row.get("title")) or model,
        provider=_text(row.get("provider")),
        task_types=tuple(filter(None, map(_text, types if isinstance(types, list) else [types]))),
        description=_text(row.get("description")),
        pricing=_text(row.get("pricingDesc")),
    )


def _point(row: dict[str, Json]) -> SuccessPoint | None:
    start = _text(row.get("start"))
    normal = row.get("isNormal")
    if not start:
        return None
    return SuccessPoint(
        start=start,
        end=_text(row.get("end")),
        success_rate=real_number(row.get("successRate")),
        error_rate=real_number(row.get("errorRate")),
        is_normal=normal if isinstance(normal, bool) else None,
    )


def _text(value: Json) -> str:
    return value.strip() if isinstance(value, str) else ""


def _odd(answer: Answer, sentence: str) -> UnreadableAnswer:
    return UnreadableAnswer(sentence, http_status=answer.http_status, code=200, raw=answer.raw)
