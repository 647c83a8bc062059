"""The files that models are read from: an OpenAPI document with, or without, what the list says of the model."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sora_tui.simulator.documents import Document
from sora_tui.simulator.makes import Makes
from sora_tui.simulator.pricing import Price

MARKET = Path(__file__).parent / "market"
"""The models that come with the package."""

USUAL_CREDITS = 40.0
USUAL_PROSE = "40 credits per generation"


_KINDS: Mapping[str, tuple[str, Makes]] = {
    "text-to-video": ("Text to Video", Makes.VIDEO),
    "image-to-video": ("Image to Video", Makes.VIDEO),
    "video-to-video": ("Video to Video", Makes.VIDEO),
    "text-to-image": ("Text to Image", Makes.IMAGE),
    "image-to-image": ("Image to Image", Makes.IMAGE),
    "text-to-speech": ("Text to Speech", Makes.AUDIO),
    "text-to-music": ("Text to Music", Makes.AUDIO),
    "text-to-audio": ("Text to Audio", Makes.AUDIO),
    "image-to-text": ("Image to Text", Makes.TEXT),
    "video-to-text": ("Video to Text", Makes.TEXT),
    "speech-to-text": ("Speech to Text", Makes.TEXT),
    "upscale": ("Image to Image", Makes.IMAGE),
    "image": ("Text to Image", Makes.IMAGE),
    "speech": ("Text to Speech", Makes.AUDIO),
    "tts": ("Text to Speech", Makes.AUDIO),
    "music": ("Text to Music", Makes.AUDIO),
    "audio": ("Text to Audio", Makes.AUDIO),
}
"""By what stands in an id or, in words, in a task type; the first that does counts."""


@dataclass(frozen=True, slots=True)
class Model:
    """One model that can be asked for.

    Attributes:
        id: what a create's `model` holds.
        title, provider, task_types, description, pricing: as the list of models shows them.
        price: what the engine charges.
        makes: what comes out.
        document: its schema; None where none is published.
        trouble: what is wrong with its file, if anything is; it is sold all the same.
    """

    id: str
    title: str
    provider: str
    task_types: tuple[str, ...]
    description: str | None
    pricing: str
    price: Price
    makes: Makes
    document: Document | None
    trouble: str = ""

    def as_row(self) -> dict[str, Any]:
        """Its row in the list of models."""
        return {
            "model": self.id,
            "slug": self.id,
            "title": self.title,
            "provider": self.provider,
            "taskType": list(self.task_types),
            "description": self.description,
            "pricingDesc": self.pricing,
        }


def market_file(model: str) -> Path:
    """Where a model that comes with the package is kept; the file need not exist."""
    return MARKET / f"{_file_stem(model)}.json"


def read_model(path: Path) -> Model:
    """The model in a file: a bare document, `{model, openapi}` with `listing` or not, or an answer around those.

    Raises:
        OSError: it can't be read.
        ValueError: it holds no such thing; the message says what is wrong.
    """
    content = _decoded(path)
    listing = content.get("listing")
    if isinstance(content.get("data"), dict) and "openapi" in content["data"]:
        content = content["data"]
        listing = content.get("listing", listing)
    if "paths" in content and not isinstance(content.get("openapi"), dict):
        beside = ("listing", "model")  # ours, in a file that is the document itself
        openapi = {name: value for name, value in content.items() if name not in beside}
        content = {**{name: content[name] for name in beside if name in content}, "openapi": openapi}
    if "openapi" not in content:
        raise ValueError("It holds neither an OpenAPI document nor a key openapi.")
    openapi = content["openapi"]
    if openapi is not None and not isinstance(openapi, dict):
        raise ValueError("openapi must be a document or null.")
    document = None if openapi is None else Document(openapi)
    named = content.get("model")
    model = named if isinstance(named, str) and named else document.model if document is not None else ""
    model = model or path.stem.replace("__", "/")
    trouble = "" if document is None or document.body else "Its document says nothing of the body of createTask."
    return _model(model, document, listing if isinstance(listing, dict) else {}, trouble)


def _model(model: str, document: Document | None, listing: Mapping[str, Any], trouble: str) -> Model:
    guessed = _kind(model)
    types = listing.get("taskType", [guessed[0]])
    task_types = tuple(str(each) for each in (types if isinstance(types, list) else [types]))
    return Model(
        id=model,
        title=str(listing.get("title") or (document.summary if document else "") or model),
        provider=str(listing.get("provider", "")),
        task_types=task_types,
        description=listing.get("description", ""),
        pricing=str(listing.get("pricingDesc", USUAL_PROSE)),
        price=Price.from_json(listing.get("price", USUAL_CREDITS)),
        makes=_makes(model, task_types),
        document=document,
        trouble=trouble,
    )


def _makes(model: str, task_types: tuple[str, ...]) -> Makes:
    for words in task_types:
        for name, (_, makes) in _KINDS.items():
            if "-to-" in name and name.replace("-", " ") in words.lower():
                return makes
    return _kind(model)[1]


def _kind(model: str) -> tuple[str, Makes]:
    words = re.sub(r"[^a-z0-9]+", "-", model.lower()).split("-")
    joined = f"-{'-'.join(words)}-"
    return next((kind for name, kind in _KINDS.items() if f"-{name}-" in joined), _KINDS["text-to-video"])


def _decoded(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"It is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise ValueError("It is not a JSON object.")
    return content


def _file_stem(model: str) -> str:
    return model.replace("/", "__")
