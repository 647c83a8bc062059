"""What the service tells about its models: rows with gaps, and ids that stay inside their address."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.catalogue import (
    ModelListing,
    ModelSchema,
    SuccessPoint,
    model_path,
    read_models,
    read_price,
    read_schema_answer,
    read_success,
)
from sora_tui.kie.envelope import Answer, read_answer
from sora_tui.kie.errors import KieError, Refused, UnreadableAnswer
from tests.unit.kie.any_json import outcome, unhurried, values
from tests.unit.kie.wire import Service, enveloped


def answer(data: Any) -> Answer:
    return read_answer(200, enveloped(data))


def test_a_row_may_have_nothing_but_its_id() -> None:
    assert read_models(answer({"models": [{"model": "a"}]})) == [ModelListing(model="a", title="a")]


def test_a_row_is_read_without_its_blanks() -> None:
    row = {
        "model": " a/b ",
        "title": "A\n",
        "provider": " P",
        "taskType": ["Text to Video", "", None, 7],
        "description": "D ",
        "pricingDesc": " 5 credits ",
        "slug": "ignored",
    }
    assert read_models(answer([row])) == [
        ModelListing(
            model="a/b",
            title="A",
            provider="P",
            task_types=("Text to Video",),
            description="D",
            pricing="5 credits",
        )
    ]


@pytest.mark.parametrize(("told", "types"), [("Text to Video", ("Text to Video",)), (None, ()), (7, ()), ({}, ())])
def test_the_task_type_may_be_one_word(told: Any, types: tuple[str, ...]) -> None:
    [row] = read_models(answer([{"model": "a", "taskType": told}]))
    assert row.task_types == types


def test_rows_without_an_id_are_left_out() -> None:
    rows: list[Any] = [None, 7, "a", [], {}, {"model": ""}, {"model": 7}, {"model": "a"}]
    assert [row.model for row in read_models(answer({"total": 8, "models": rows}))] == ["a"]


def test_a_row_may_name_its_model_as_a_slug() -> None:
    rows = [{"slug": " a/b "}, {"model": None, "slug": "c"}, {"model": "d", "slug": "e"}]
    assert [row.model for row in read_models(answer(rows))] == ["a/b", "c", "d"]


def test_a_model_is_listed_once_as_it_first_came() -> None:
    rows = [{"model": "a", "title": "first"}, {"model": "b"}, {"slug": "a", "title": "second"}]
    assert [(row.model, row.title) for row in read_models(answer(rows))] == [("a", "first"), ("b", "b")]


def test_a_row_comes_back_whole_from_a_cache() -> None:
    row = {"model": "a/b", "title": "A", "provider": "P", "taskType": ["Image to Video"], "pricingDesc": "5 credits"}
    [listing] = read_models(answer([row]))
    assert listing.kinds  # which must not go into the cache: what is told from the words may be told better tomorrow
    kept = json.dumps(listing.model_dump(mode="json"))
    assert set(json.loads(kept)) == {"model", "title", "provider", "task_types", "description", "pricing"}
    again = ModelListing.model_validate(json.loads(kept))
    assert (again, hash(again), again.kinds) == (listing, hash(listing), listing.kinds)


def test_ten_minutes_without_traffic_have_no_rate() -> None:
    points = [
        {"start": "2026-10-02T04:40:00Z", "end": "2026-10-02T04:50:00Z", "successRate": None, "errorRate": None},
        {"start": "2026-10-02T04:50:00Z", "successRate": "98.5", "errorRate": 1.5, "isNormal": "yes"},
        {"end": "2026-10-02T05:00:00Z", "successRate": 99.0},
    ]
    assert read_success(answer({"points": points})) == [
        SuccessPoint(start="2026-10-02T04:40:00Z", end="2026-10-02T04:50:00Z"),
        SuccessPoint(start="2026-10-02T04:50:00Z", success_rate=98.5, error_rate=1.5),
    ]


@pytest.mark.parametrize("data", ["5 credits", {"pricingDesc": " 5 credits\n"}])
def test_a_price_is_prose(data: Any) -> None:
    assert read_price(answer(data)) == "5 credits"


@pytest.mark.parametrize("told", [None, [], "x", 7])
def test_a_model_may_publish_no_schema(told: Any) -> None:
    assert read_schema_answer(answer({"model": "a", "openapi": told}), "a") == ModelSchema(model="a")
    assert read_schema_answer(answer({}), "a") == ModelSchema(model="a")


def test_a_schema_is_not_printed() -> None:
    assert "private" not in repr(ModelSchema(model="a", openapi={"private": 1}))


@pytest.mark.parametrize(
    ("model_id", "path"),
    [
        ("veo-3-1", b"/api/v1/models/veo-3-1/schema"),
        ("wan/2-7-text-to-video", b"/api/v1/models/wan/2-7-text-to-video/schema"),
        ("bytedance/seedance-1.5-pro", b"/api/v1/models/bytedance/seedance-1.5-pro/schema"),
        ("a b", b"/api/v1/models/a%20b/schema"),
        ("a?b=c#d", b"/api/v1/models/a%3Fb%3Dc%23d/schema"),
        ("../chat/credit?", b"/api/v1/models/%2E%2E/chat/credit%3F/schema"),
        ("..", b"/api/v1/models/%2E%2E/schema"),
        ("./.", b"/api/v1/models/%2E/%2E/schema"),
        ("...", b"/api/v1/models/.../schema"),
        ("%2e%2e", b"/api/v1/models/%252e%252e/schema"),
        ("a\r\nX: 1", b"/api/v1/models/a%0D%0AX%3A%201/schema"),
        ("船", b"/api/v1/models/%E8%88%B9/schema"),
        ("\ud83d", b"/api/v1/models/%3F/schema"),
        ("//elsewhere.example", b"/api/v1/models///elsewhere.example/schema"),
    ],
)
async def test_an_id_leads_nowhere_else(model_id: str, path: bytes) -> None:
    service = Service(enveloped(code=404))
    with pytest.raises(Refused):
        await service.client().schema(model_id)
    [asked] = service.asked
    assert (asked.url.host, asked.url.raw_path) == ("api.kie.ai", path)


@unhurried
@given(st.text())
def test_no_id_climbs_out_of_the_list_of_models(model_id: str) -> None:
    path = model_path(model_id, "price")
    assert path.startswith("/api/v1/models/")
    assert path.endswith("/price")
    assert not {".", ".."} & set(path.split("/"))
    assert path.isascii()
    assert not set(path) & set("?#\\ \r\n")


@unhurried
@given(values("models", "points", "model", "openapi", "pricingDesc", "taskType", "start", "successRate", "title"))
def test_no_answer_breaks_the_catalogue(data: Any) -> None:
    given = read_answer(200, json.dumps({"code": 200, "data": data}).encode())
    for read in (read_models, read_success, read_price, lambda odd: read_schema_answer(odd, "a")):
        found = outcome(lambda read=read: read(given), KieError)  # type: ignore[misc]
        assert isinstance(found, list | str | ModelSchema | UnreadableAnswer)
