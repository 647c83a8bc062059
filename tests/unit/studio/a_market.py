"""A model's document as short as one can be."""

from __future__ import annotations

from typing import Any


def a_document(*, prompt_limit: int = 500, **fields: Any) -> dict[str, Any]:
    properties = {"prompt": {"type": "string", "maxLength": prompt_limit}, **fields}
    given = {"type": "object", "properties": properties, "required": ["prompt"]}
    body = {"type": "object", "properties": {"model": {"type": "string"}, "input": given}}
    post = {"summary": "A model", "requestBody": {"content": {"application/json": {"schema": body}}}}
    return {"openapi": "3.1.0", "paths": {"/api/v1/jobs/createTask": {"post": post}}}
