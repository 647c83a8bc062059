"""From a model's OpenAPI document to what it takes. Pure; the document is believed in nothing.

How the real ones look: contract §6. References are percent-encoded and component names may end in a space; `input`
may be one of several shapes; some limits are only said in the prose.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace

from sora_tui.kie import schema_prose as prose
from sora_tui.kie.fields import Field, FieldKind, Json
from sora_tui.kie.schema_fields import fixed, only_value, read_field
from sora_tui.kie.schema_modes import Shape, named_modes
from sora_tui.kie.schema_numbers import count
from sora_tui.kie.schema_shapes import Document, Object, UnusableSchema, properties, text, texts, types, unusable

__all__ = ["DEFAULT_PROMPT_LIMIT", "Schema", "UnusableSchema", "read_schema"]

DEFAULT_PROMPT_LIMIT = 10_000
"""Characters, for a model whose document states no limit."""

_CREATE_PATH = "/jobs/createtask"
_OWN_FIELDS = ("model", "input", "callBackUrl", "progressCallBackUrl")
_MAX_FIELDS = 200
_MAX_TITLE = 80


@dataclass(frozen=True, slots=True)
class Schema:
    """What a document says about its model.

    Attributes:
        title: as shown.
        shapes: what `input` may be, by the name of each; one without a name where it may be but one thing.
        first: the name of the shape that demands the least, of those with a prompt if there are any.
    """

    title: str
    shapes: dict[str, Shape]
    first: str


def read_schema(model: str, document: Json) -> Schema:
    """What a document says about `model`.

    Raises:
        UnusableSchema: it describes nothing that can be sent, or another model.
    """
    openapi = Document(_openapi(model, document))
    operation = _operation(openapi)
    requests = [each for each in openapi.shapes(_body(openapi, operation)) if _is_of(openapi, model, each)]
    if not requests:
        raise unusable("The schema is that of another model")
    found: list[Shape] = []
    for request in requests:
        for inputs in _inputs(openapi, request):
            shape = _shape(openapi, inputs)
            if not any(shape.is_like(each) for each in found):
                found.append(shape)
    found = _with_constants(found)
    shapes = named_modes(found)
    first = min(shapes, key=lambda name: shapes[name].demands)
    title = " ".join(text(operation.get("summary")).split())[:_MAX_TITLE]
    return Schema(title or model, shapes, first)


def _openapi(model: str, document: Json) -> Object:
    """The OpenAPI document inside whichever wrapping it came in."""
    if isinstance(document, dict) and isinstance(document.get("data"), dict):
        document = document["data"]
    if isinstance(document, dict) and "openapi" in document and "paths" not in document:
        told = document.get("model")
        if isinstance(told, str) and told != model:
            raise unusable("The schema is that of another model")
        document = document["openapi"]
        if document is None:
            raise unusable("The service publishes no schema for this model")
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except (ValueError, RecursionError):
            document = None
    if not isinstance(document, dict):
        raise unusable("The schema is not an OpenAPI document")
    return document


def _operation(openapi: Document) -> Object:
    paths = openapi.root.get("paths")
    named = paths if isinstance(paths, dict) else {}
    found = next((named[path] for path in named if path.rstrip("/").lower().endswith(_CREATE_PATH)), None)
    if found is None:
        raise unusable("This model is not made through the jobs API")
    return openapi.resolve(openapi.resolve(found).get("post"))


def _body(openapi: Document, operation: Object) -> Json:
    """The schema of the request's body, whatever its media type says beside JSON."""
    content = openapi.resolve(openapi.resolve(operation.get("requestBody")).get("content"))
    for name in content:
        kind = name.split(";")[0].strip().lower()
        if kind in ("application/json", "*/*") or kind.endswith("+json"):
            return openapi.resolve(content[name]).get("schema")
    raise unusable("This model does not take JSON, which is all that can be sent here")


def _is_of(openapi: Document, model: str, request: Object) -> bool:
    """Whether a request is one of this model; those of others stand in the same document now and then."""
    described = properties(request).get("model")
    if described is None:
        return True
    schema = openapi.flat(described)
    allowed = texts(schema.get("enum")) or texts([schema.get("const")])
    return not allowed or model in allowed


def _inputs(openapi: Document, request: Object) -> list[Object]:
    beside = [name for name in texts(request.get("required")) if name not in _OWN_FIELDS]
    described = properties(request)
    if "input" not in described:
        if set(described) - set(_OWN_FIELDS):
            raise unusable('This model takes its settings outside of "input", which cannot be sent here')
        raise unusable("The schema does not say what this model takes")
    if beside:
        raise unusable(f'This model needs "{beside[0][:40]}" beside its input, which cannot be sent here')
    shapes = openapi.shapes(described["input"])
    objects = [each for each in shapes if types(each) in ([], ["object"]) or properties(each)]
    if not any(properties(each) for each in objects):
        raise unusable("The schema does not say what this model takes")
    return objects


def _shape(openapi: Document, schema: Object) -> Shape:
    # names with a blank at the end are slips of the vendor's editor: its own examples send them without
    required = [name.strip() for name in texts(schema.get("required"))]
    described = {name.strip(): node for name, node in properties(schema).items()}
    fields: list[Field] = []
    if len(described) > _MAX_FIELDS:
        raise unusable("Its schema has too many fields to show")
    for name, node in described.items():
        if name == "prompt" or node is False:
            continue
        try:
            inner = openapi.flat(node)
            is_needed = name in required or inner.get("required") is True  # on the parameter itself: a frequent slip
            if is_needed or not (inner.get("deprecated") is True or inner.get("readOnly") is True):
                fields.append(read_field(openapi, name, node, required=is_needed))
        except UnusableSchema:
            if name in required:
                raise
            # what nobody can read and nobody needs is not sent
    limit, least = _prompt(openapi, described["prompt"]) if "prompt" in described else (0, 0)
    return Shape(
        title=" ".join(text(schema.get("title")).split()),
        fields=_told_apart(fields),
        prompt_limit=limit,
        # nothing is made from nothing, and still billed: without another source a prompt is needed, said or not
        prompt_required=limit > 0 and ("prompt" in required or not any(map(_is_source, fields))),
        prompt_min_length=least,
    )


def _is_source(field: Field) -> bool:
    """Whether something can be made from what a field holds."""
    needed = field.required and field.default is None
    return needed or field.kind in (FieldKind.LINK, FieldKind.LINK_LIST, FieldKind.JSON)


def _prompt(openapi: Document, node: Json) -> tuple[int, int]:
    """How long the prompt may be and how long it has to be."""
    schema = openapi.flat(node)
    if types(schema) and "string" not in types(schema):
        raise unusable("This model takes its prompt in a form that cannot be written here")
    description = text(schema.get("description"))
    most = count(schema.get("maxLength")) or prose.longest(description) or DEFAULT_PROMPT_LIMIT
    return most, min(count(schema.get("minLength")) or 0, most)


def _told_apart(fields: list[Field]) -> tuple[Field, ...]:
    """No two fields with one label: those become their whole wire names."""
    labels = Counter(each.label for each in fields)
    return tuple(
        each if labels[each.label] == 1 else replace(each, label=each.name.replace("_", " ").strip() or each.name)
        for each in fields
    )


def _with_constants(shapes: list[Shape]) -> list[Shape]:
    """Of several shapes, those fields that tell them apart by their only value always go out."""
    if len(shapes) < 2:
        return shapes
    names = {each.name for shape in shapes for each in shape.fields if only_value(each) is not None}
    telling = {name for name in names if len({repr(_only(shape, name)) for shape in shapes}) > 1}
    return [
        replace(
            shape,
            fields=tuple(
                fixed(each) if each.name in telling and only_value(each) is not None else each for each in shape.fields
            ),
        )
        for shape in shapes
    ]


def _only(shape: Shape, name: str) -> Json:
    field = next((each for each in shape.fields if each.name == name), None)
    return None if field is None or field.kind is not FieldKind.CHOICE else only_value(field)
