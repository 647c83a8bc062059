"""One model's OpenAPI document as the service itself reads it: which fields there are, and what is refused.

Its own reading, from the raw document: a client's is tested against it. Unknown fields are ignored, as the
service does, and billed.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote

from sora_tui.simulator import answers
from sora_tui.simulator.answers import Answer

_log = logging.getLogger(__name__)

CREATE = "/api/v1/jobs/createTask"
_DEEPEST = 12
_TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_LINK_FIELD = re.compile(r"(?:.*_)?urls?", re.IGNORECASE)

Json = dict[str, Any]


class Document:
    """An OpenAPI document. Whatever it holds, nothing here raises; what can't be read is not checked."""

    def __init__(self, openapi: Json) -> None:
        self.openapi = openapi

    @cached_property
    def body(self) -> Json | None:
        """The schema of a create's body; None where there is none."""
        paths = self.openapi.get("paths")
        pages = paths if isinstance(paths, dict) else {}
        for page in (pages.get(CREATE), *pages.values()):
            request = _in(page, "post", "requestBody")
            content = _in(self._resolved(request) if isinstance(request, dict) else None, "content")
            kinds = content if isinstance(content, dict) else {}
            for kind in (kinds.get("application/json"), *kinds.values()):
                schema = _in(kind, "schema")
                if isinstance(schema, dict):
                    return schema
        return None

    @property
    def summary(self) -> str:
        """The title of the page."""
        paths = self.openapi.get("paths")
        pages = paths.values() if isinstance(paths, dict) else ()
        found = [_in(page, "post", "summary") for page in pages]
        return next((text.strip() for text in found if isinstance(text, str) and text.strip()), "")

    @property
    def model(self) -> str:
        """The id that a create's `model` is to hold; empty where the document does not say."""
        fields = self._fields(self.body, {}) if self.body else {}
        model = self._resolved(fields.get("model", {}))
        example = _in(self.openapi, "paths", CREATE, "post", "requestBody", "content", "application/json", "example")
        words = [*_list(model.get("enum")), model.get("const"), model.get("default"), model.get("example")]
        words += [*_list(model.get("examples")), _in(example, "model")]
        return next((word for word in words if isinstance(word, str) and word), "")

    def fields(self, given: Mapping[str, Any]) -> dict[str, Json]:
        """The fields of `input` and their schemas; of the alternative that fits `given` best, where there are some."""
        return {name: self._resolved(schema) for name, schema in self._fields(self._input, given).items()}

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """`given` with the defaults of what is missing."""
        defaults = {name: schema["default"] for name, schema in self.fields(given).items() if "default" in schema}
        return {**defaults, **{name: value for name, value in given.items() if value is not None}}

    def objection(self, model: str, given: Any) -> Answer | None:
        """Why an input is refused, in the service's words; None when it is accepted."""
        if not isinstance(given, dict):
            return Answer(500, answers.FIELD_REQUIRED)
        given = {name: value for name, value in given.items() if value is not None}
        required = self._required(given)
        if "prompt" in required and not _is_said(given.get("prompt")):
            return Answer(500, answers.PROMPT_REQUIRED)
        if any(isinstance(given.get(name), str) and not _is_said(given[name]) for name in required):
            return Answer(500, answers.FIELD_REQUIRED)
        known = self.fields(given)
        try:
            errors = sorted(self._errors({"model": model, "input": given}), key=_rank)
        except Exception as trouble:  # a document can be odd in more ways than the library has errors for
            _log.warning("The document of %s can't be checked by: %s", model, type(trouble).__name__)
            errors = []
        if errors:
            return Answer(500, _words(errors[0]))
        for name in filter(_LINK_FIELD.fullmatch, known):
            links = given.get(name, [])
            if not all(isinstance(link, str) and _LINK.fullmatch(link) for link in _list(links, alone=True)):
                return Answer(500, answers.out_of_range(name))
        return None

    @cached_property
    def _input(self) -> Json:
        fields = self._fields(self.body, {}) if self.body else {}
        return fields.get("input", {})

    @cached_property
    def _checker(self) -> Any:
        from jsonschema import Draft202012Validator  # takes 0.1 s to import

        if self.body is None:
            return Draft202012Validator({})
        lenient = self._lenient(self.openapi)
        place = Document(lenient).body or {}
        return Draft202012Validator({"components": lenient.get("components", {}), **place})

    def _errors(self, body: Json) -> Iterator[Any]:
        for error in self._checker.iter_errors(body):
            for deepest in _unfolded(error):
                if list(deepest.absolute_path)[:1] == ["input"]:
                    yield deepest

    def _required(self, given: Mapping[str, Any]) -> set[str]:
        found: set[str] = set()
        for schema in self._parts(self._input, given):
            found.update(name for name in _list(schema.get("required")) if isinstance(name, str))
        return found

    def _fields(self, schema: Json | None, given: Mapping[str, Any]) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for part in self._parts(schema or {}, given):
            properties = part.get("properties")
            if isinstance(properties, dict):
                found.update({name: inner for name, inner in properties.items() if isinstance(inner, dict)})
        return found

    def _parts(self, schema: Json, given: Mapping[str, Any], depth: int = 0) -> Iterator[Json]:
        """The schema, all of its `allOf`, and the one of its alternatives that fits `given` best."""
        if depth > _DEEPEST:
            return
        schema = self._resolved(schema)
        yield schema
        for part in _schemas(schema.get("allOf")):
            yield from self._parts(part, given, depth + 1)
        for word in ("oneOf", "anyOf"):
            choices = [list(self._parts(part, given, depth + 1)) for part in _schemas(schema.get(word))]
            if choices:
                yield from max(choices, key=lambda parts: self._fitness(parts, given))

    def _fitness(self, parts: list[Json], given: Mapping[str, Any]) -> tuple[int, int, int]:
        agreed = known = lacking = 0
        for part in parts:
            lacking += sum(name not in given for name in _list(part.get("required")))
            properties = part.get("properties")
            for name, inner in properties.items() if isinstance(properties, dict) else ():
                if name not in given or not isinstance(inner, dict):
                    continue
                known += 1
                options = _options(self._resolved(inner))
                agreed += 0 if options is None else 1 if given[name] in options else -1
        return agreed, -lacking, known

    def _resolved(self, schema: Json) -> Json:
        for _ in range(_DEEPEST):
            if not isinstance(schema, dict) or not isinstance(schema.get("$ref"), str):
                break
            steps = self._steps(schema["$ref"])
            schema = _in(self.openapi, *steps) if steps else {}
        return schema if isinstance(schema, dict) else {}

    def _steps(self, ref: str) -> list[str] | None:
        """Where `#/components/schemas/Two%20Words%20` leads: the keys on the way, spelled as they are there."""
        if not ref.startswith("#/"):
            return None
        place: Any = self.openapi
        steps: list[str] = []
        for written in ref[2:].split("/"):
            step = unquote(written).replace("~1", "/").replace("~0", "~")
            if not isinstance(place, dict):
                return None
            key = step if step in place else next((key for key in place if key.strip() == step.strip()), None)
            if key is None:
                return None
            steps.append(key)
            place = place[key]
        return steps

    def _lenient(self, value: Any) -> Any:
        """A copy that is JSON Schema of 2020 and refuses no more than the service does."""
        if isinstance(value, list):
            return [self._lenient(inner) for inner in value]
        if not isinstance(value, dict):
            return value
        if isinstance(value.get("$ref"), str):
            steps = self._steps(value["$ref"])
            keys = [quote(step.replace("~", "~0").replace("/", "~1"), safe="~") for step in steps or ()]
            return {"$ref": "#/" + "/".join(keys)} if keys[:1] == ["components"] else {}
        copy = {name: self._lenient(inner) for name, inner in value.items()}
        if isinstance(copy.get("oneOf"), list):  # fitting two alternatives is no reason to refuse
            copy = {**copy, "allOf": [*_list(copy.get("allOf")), {"anyOf": copy["oneOf"]}]}
            del copy["oneOf"]
        for word in ("additionalProperties", "unevaluatedProperties"):
            if copy.get(word) is False:
                del copy[word]
        for word in ("$id", "$schema", "$anchor"):
            if isinstance(copy.get(word), str):
                del copy[word]
        if isinstance(copy.get("type"), (str, list)):
            types = [each for each in _list(copy["type"], alone=True) if each in _TYPES]
            copy.pop("type")
            copy.update({"type": [*types, "null"] if copy.get("nullable") is True else types} if types else {})
        for word, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if isinstance(copy.get(word), bool):  # OpenAPI 3.0
                copy.update({word: copy[bound]} if copy.pop(word) and bound in copy else {})
        if isinstance(copy.get("multipleOf"), float):  # 0.3 is no multiple of 0.1 in binary
            del copy["multipleOf"]
        if isinstance(copy.get("pattern"), str) and not _compiles(copy["pattern"]):
            del copy["pattern"]
        if isinstance(copy.get("required"), bool):
            del copy["required"]
        return copy


def _unfolded(error: Any) -> Iterator[Any]:
    """An error; of one about alternatives, those of the alternative that fits best."""
    if not error.context:
        yield error
        return
    branches: dict[Any, list[Any]] = {}
    for inner in error.context:
        branches.setdefault(inner.relative_schema_path[0], []).append(inner)
    best = min(branches.values(), key=lambda each: (any(one.validator in ("enum", "const") for one in each), len(each)))
    for inner in best:
        yield from _unfolded(inner)


def _place(error: Any) -> list[Any]:
    return list(error.absolute_path)[1:]


def _rank(error: Any) -> tuple[bool, bool]:
    return _place(error) != ["prompt"], error.validator != "required"


def _words(error: Any) -> str:
    place = _place(error)
    if error.validator == "required":
        missing = next((name for name in error.validator_value if name not in error.instance), "")
        return answers.PROMPT_REQUIRED if missing == "prompt" and not place else answers.FIELD_REQUIRED
    if error.validator == "maxLength":
        return answers.PROMPT_TOO_LONG
    if place == ["prompt"]:
        return answers.PROMPT_REQUIRED
    return answers.out_of_range(".".join(step for step in place if isinstance(step, str)) or "input")


def _in(value: Any, *steps: str) -> Any:
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _list(value: Any, *, alone: bool = False) -> list[Any]:
    return value if isinstance(value, list) else [value] if alone else []


def _schemas(value: Any) -> list[Json]:
    return [each for each in _list(value) if isinstance(each, dict)]


def _options(schema: Json) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    return schema["enum"] if isinstance(schema.get("enum"), list) else None


def _is_said(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
