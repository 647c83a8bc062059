"""The four free questions about models, and which models they tell of."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from sora_tui.simulator.clock import ManualClock
from sora_tui.simulator.server import Simulator
from tests.unit.simulator.conftest import Caller

Running = Callable[..., Simulator]
DATA = Path(__file__).parents[2] / "data" / "schemas"


@pytest.fixture
def simulator(running: Running, tmp_path: Path, clock: ManualClock) -> Simulator:
    """One that may be asked as often as a test likes."""
    return running(tmp_path / "server", clock=clock, catalogue=tmp_path / "more", discoveries_per_second=0, seed=7)


def ask(caller: Caller, path: str = "", **filters: str) -> Any:
    answer = caller.http.get(f"/api/v1/models{path}", params=filters)
    assert answer.status_code == 200
    return answer.json()


def listed(caller: Caller, **filters: str) -> list[str]:
    answer = ask(caller, **filters)
    assert answer["data"]["total"] == len(answer["data"]["models"])
    return [row["model"] for row in answer["data"]["models"]]


def document(model: str, field: str = "prompt") -> dict[str, Any]:
    fields = {field: {"type": "string"}}
    body = {
        "type": "object",
        "properties": {"model": {"enum": [model]}, "input": {"type": "object", "properties": fields}},
    }
    page = {"summary": "Dropped", "requestBody": {"content": {"application/json": {"schema": body}}}}
    return {"openapi": "3.0.1", "paths": {"/api/v1/jobs/createTask": {"post": page}}}


def drop(folder: Path, name: str, content: Any) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")


def test_the_list_holds_the_fields_that_were_seen(caller: Caller) -> None:
    rows = {row["model"]: row for row in ask(caller)["data"]["models"]}
    sample = json.loads((DATA / "endpoint__models.sample.json").read_text("utf-8"))["data"]["models"][0]
    assert rows["veo-3-1"] == sample
    assert {"sora-2-pro-text-to-video", "sora-2-text-to-video", "wan/2-7-text-to-video"} <= rows.keys()
    assert all(row.keys() == sample.keys() for row in rows.values())
    assert all(row["pricingDesc"] and row["title"] and row["provider"] for row in rows.values())


def test_what_is_no_model_of_the_vendors_says_so(caller: Caller) -> None:
    real = ("sora-2", "veo-3-1", "wan/2-7-text-to-video", "kling/v2-1-master-text-to-video")
    assert all(model.startswith((*real, "demo/")) for model in listed(caller))


def test_the_list_is_filtered_and_never_in_pages(caller: Caller) -> None:
    assert listed(caller, provider="google") == ["veo-3-1"]
    assert listed(caller, q="KLING") == ["kling/v2-1-master-text-to-video"]
    assert listed(caller, taskType="Text to Speech") == ["demo/aria-text-to-speech"]
    assert listed(caller, taskType="Image to Video", provider="Google", q="veo") == ["veo-3-1"]
    assert listed(caller, q="nothing like it") == []


def test_a_schema_is_the_document_under_an_id_with_a_bare_slash(caller: Caller) -> None:
    sample = json.loads((DATA / "docs__wan__2-7-text-to-video.json").read_text("utf-8"))
    assert ask(caller, "/wan/2-7-text-to-video/schema")["data"] == {
        "model": "wan/2-7-text-to-video",
        "openapi": sample["openapi"],
    }
    assert ask(caller, "/demo/umbra-text-to-video/schema")["data"] == {
        "model": "demo/umbra-text-to-video",
        "openapi": None,
    }


def test_a_price_is_the_prose_of_the_list(caller: Caller) -> None:
    answer = ask(caller, "/kling/v2-1-master-text-to-video/price")["data"]
    rows = {row["model"]: row for row in ask(caller)["data"]["models"]}
    assert answer["model"] == "kling/v2-1-master-text-to-video"
    assert answer["pricingDesc"] == rows["kling/v2-1-master-text-to-video"]["pricingDesc"]


@pytest.mark.parametrize("name", ["none", "sora-2-characters", "../options", "a//b", "VEO-3-1"])
@pytest.mark.parametrize("what", ["schema", "price", "success-rate"])
def test_an_unknown_model_is_not_found_in_the_envelope(caller: Caller, name: str, what: str) -> None:
    answer = caller.http.get(f"/api/v1/models/{name.replace('..', '%2E%2E')}/{what}")
    assert (answer.status_code, answer.json()["code"], answer.json()["data"]) == (200, 404, None)


def test_a_key_is_asked_for(simulator: Simulator) -> None:
    assert Caller(simulator.url, "sk-real").http.get("/api/v1/models").json()["code"] == 401


def test_the_four_share_one_request_a_second_for_each_key(running: Running, tmp_path: Path, clock: ManualClock) -> None:
    simulator = running(tmp_path, clock=clock)
    caller = Caller(simulator.url)
    assert ask(caller)["code"] == 200
    for path in ("", "/veo-3-1/schema", "/veo-3-1/price", "/veo-3-1/success-rate"):
        assert ask(caller, path)["code"] == 429
    assert ask(Caller(simulator.url, "demo-other"), "/veo-3-1/price")["code"] == 200
    clock.advance(1.01)
    assert ask(caller, "/veo-3-1/schema")["code"] == 200
    assert simulator.requests()["schema 429"] == 1


def points(caller: Caller, model: str = "veo-3-1") -> list[dict[str, Any]]:
    answer = ask(caller, f"/{model}/success-rate")["data"]
    assert answer["model"] == model
    found: list[dict[str, Any]] = answer["points"]
    return found


def test_success_is_told_in_ten_minute_points_that_end_now(caller: Caller, clock: ManualClock) -> None:
    found = points(caller)
    assert 100 < len(found) < 144
    ends = [datetime.fromisoformat(point["end"]).timestamp() for point in found]
    starts = [datetime.fromisoformat(point["start"]).timestamp() for point in found]
    assert all(end - start == 600 for start, end in zip(starts, ends, strict=True))
    assert all(earlier <= later for earlier, later in pairwise(starts))
    assert clock.now() - 24 * 3600 - 600 <= starts[0]
    assert clock.now() - 1800 < ends[-1] <= clock.now()
    assert any(point["successRate"] is None and point["errorRate"] is None for point in found)
    for point in found:
        if point["successRate"] is not None:
            assert point["successRate"] + point["errorRate"] == pytest.approx(100)
            assert point["isNormal"] is True
    assert found[0]["start"] == datetime.fromtimestamp(starts[0], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_what_was_told_of_the_past_stays_so(
    caller: Caller, clock: ManualClock, running: Running, tmp_path: Path
) -> None:
    before = {point["start"]: point for point in points(caller)}
    assert points(caller) == list(before.values())
    assert points(caller, "wan/2-7-text-to-video") != list(before.values())
    clock.advance(3 * 3600)
    after = {point["start"]: point for point in points(caller)}
    shared = before.keys() & after.keys()
    assert len(shared) > 80
    assert all(before[start] == after[start] for start in shared)
    other = Caller(running(tmp_path / "other", clock=clock, discoveries_per_second=0, seed=8).url)
    assert points(other) != list(after.values())


def test_a_model_can_be_told_to_do_badly(caller: Caller) -> None:
    posted = caller.http.post("/_simulator/models", json={"model": "veo-3-1", "success_rate": 55})
    assert posted.status_code == 200
    last = points(caller)[-12:]
    assert all(50 < point["successRate"] < 60 and point["isNormal"] is False for point in last)
    assert points(caller)[0]["isNormal"] is True
    caller.http.post("/_simulator/models", json={"model": "veo-3-1"})
    assert all(point["isNormal"] for point in points(caller))


@pytest.mark.parametrize(
    "body", [{}, {"model": 7, "sold": True}, {"model": "x", "sold": "no"}, {"model": "x", "success_rate": 101}]
)
def test_a_switch_that_means_nothing_is_refused(caller: Caller, body: dict[str, Any]) -> None:
    answer = caller.http.post("/_simulator/models", json=body)
    assert answer.status_code == 400
    assert "Send" in answer.json()["error"]


@pytest.mark.parametrize(
    ("name", "content", "model"),
    [
        ("bare.json", document("acme/one"), "acme/one"),
        ("wrapped.json", {"model": "acme/two", "openapi": document("other")}, "acme/two"),
        (
            "answer.json",
            {"code": 200, "msg": "success", "data": {"model": "acme/three", "openapi": document("x")}},
            "acme/three",
        ),
        ("acme__four.json", {"openapi": {"openapi": "3.0.1", "paths": {}}}, "acme/four"),
        ("acme__five.json", {"openapi": None}, "acme/five"),
    ],
)
def test_a_file_dropped_into_the_folder_is_a_model(
    caller: Caller, tmp_path: Path, name: str, content: Any, model: str
) -> None:
    assert model not in listed(caller)
    drop(tmp_path / "more", name, content)
    assert model in listed(caller)
    (row,) = (row for row in ask(caller)["data"]["models"] if row["model"] == model)
    assert row["pricingDesc"] == "40 credits per generation"
    assert ask(caller, f"/{model}/schema")["code"] == 200
    (tmp_path / "more" / name).unlink()
    assert model not in listed(caller)


def test_every_sample_of_the_service_is_a_model_as_it_is(caller: Caller, tmp_path: Path) -> None:
    for path in DATA.glob("*.json"):
        if ".sample" not in path.name:
            drop(tmp_path / "more", path.name, path.read_text("utf-8"))
    assert {"veo-3-1", "kling/v2-1-master-text-to-video"} <= set(listed(caller))
    rows = caller.http.get("/_simulator/models").json()["models"]
    assert [row["trouble"] for row in rows] == [""] * len(rows)


def test_a_listing_beside_the_document_tells_the_rest(caller: Caller, tmp_path: Path) -> None:
    listing = {"title": "One", "provider": "Acme", "taskType": ["Text to Image"], "pricingDesc": "free", "price": 0}
    drop(tmp_path / "more", "x.json", {"model": "acme/one", "openapi": document("acme/one"), "listing": listing})
    (row,) = ask(caller, provider="Acme")["data"]["models"]
    assert (row["title"], row["taskType"], row["pricingDesc"]) == ("One", ["Text to Image"], "free")


def test_a_listing_can_stand_in_a_bare_document_and_is_no_part_of_it(caller: Caller, tmp_path: Path) -> None:
    bare = document("acme/one")
    drop(tmp_path / "more", "x.json", {**bare, "listing": {"provider": "Acme"}, "model": "acme/other"})
    (row,) = ask(caller, provider="Acme")["data"]["models"]
    assert row["model"] == "acme/other"
    assert ask(caller, "/acme/other/schema")["data"]["openapi"] == bare


def test_a_model_that_was_withdrawn_for_good_can_be_dropped_in(caller: Caller, tmp_path: Path) -> None:
    given = {"model": "sora-2-characters", "input": {"prompt": "x"}}
    assert "temporarily paused" in caller.create(body=given)["msg"]
    drop(tmp_path / "more", "x.json", document("sora-2-characters"))
    assert "sora-2-characters" in listed(caller)
    assert caller.create(body=given)["code"] == 200


def test_without_one_the_title_is_the_summary_and_the_id_tells_the_kind(caller: Caller, tmp_path: Path) -> None:
    drop(tmp_path / "more", "x.json", document("acme/x-image-to-video"))
    (row,) = ask(caller, q="acme")["data"]["models"]
    assert (row["title"], row["taskType"]) == ("Dropped", ["Image to Video"])


def test_a_file_that_changes_is_read_again(caller: Caller, tmp_path: Path) -> None:
    drop(tmp_path / "more", "x.json", document("acme/one"))
    assert "acme/one" in listed(caller)
    drop(tmp_path / "more", "x.json", document("acme/number-two"))
    assert "acme/number-two" in listed(caller)
    assert "acme/one" not in listed(caller)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "It is not JSON"),
        ("[]", "It is not a JSON object"),
        ({"model": "x"}, "neither an OpenAPI document"),
        ({"openapi": 7}, "must be a document or null"),
        ({"openapi": None, "listing": {"price": "much"}}, "credits must be a number"),
        ({"openapi": None, "listing": {"price": {"credits": 1, "per": "mile"}}}, "per must be one of"),
    ],
)
def test_a_broken_file_is_said_and_the_rest_goes_on(
    caller: Caller, tmp_path: Path, content: Any, sentence: str, capfd: pytest.CaptureFixture[str]
) -> None:
    drop(tmp_path / "more", "broken.json", content)
    drop(tmp_path / "more", "good.json", document("acme/good"))
    assert "acme/good" in listed(caller)
    listed(caller)
    said = capfd.readouterr().err
    assert said.count("broken.json") == 1
    assert sentence in said
    rows = caller.http.get("/_simulator/models").json()["models"]
    (row,) = (row for row in rows if row["model"] is None)
    assert row["file"].endswith("broken.json")
    assert sentence in row["trouble"]


def test_a_document_that_says_nothing_of_creates_is_sold_and_said(caller: Caller, tmp_path: Path) -> None:
    drop(tmp_path / "more", "acme__odd.json", {"openapi": {"openapi": "3.0.1", "paths": {}}})
    assert ask(caller, "/acme/odd/schema")["data"]["openapi"] == {"openapi": "3.0.1", "paths": {}}
    rows = caller.http.get("/_simulator/models").json()["models"]
    assert [row["trouble"] for row in rows if row["model"] == "acme/odd"] == [
        "Its document says nothing of the body of createTask."
    ]


@pytest.mark.parametrize(
    ("route", "path"),
    [
        ("models", ""),
        ("schema", "/veo-3-1/schema"),
        ("price", "/veo-3-1/price"),
        ("success-rate", "/veo-3-1/success-rate"),
    ],
)
def test_faults_befall_them_as_they_do_others(caller: Caller, simulator: Simulator, route: str, path: str) -> None:
    simulator.fault(route, "code", code=455, text="maintenance")
    assert ask(caller, path)["code"] == 455
    simulator.fault(route, "html")
    assert caller.http.get(f"/api/v1/models{path}").status_code == 502
    assert ask(caller, path)["code"] == 200
