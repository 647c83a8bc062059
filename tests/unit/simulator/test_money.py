"""Credits: taken at creation at the real prices, given back on failure, each key its own purse."""

from __future__ import annotations

import httpx
import pytest

from sora_tui.simulator.server import Simulator
from tests.unit.simulator.conftest import KEY, Caller


@pytest.mark.parametrize(
    ("size", "n_frames", "price"),
    [("standard", "10", 150), ("standard", "15", 270), ("high", "10", 330), ("high", "15", 630)],
)
def test_prices(caller: Caller, size: str, n_frames: str, price: float) -> None:
    task_id = caller.task(size=size, n_frames=n_frames)
    assert caller.credit() == 10_000 - price
    assert caller.record(task_id)["creditsConsumed"] == price


def test_the_default_is_high_and_ten_seconds(caller: Caller) -> None:
    caller.task()
    assert caller.credit() == 10_000 - 330


def test_a_failure_gives_back_what_it_took_and_only_once(caller: Caller, simulator: Simulator) -> None:
    task_id = caller.task()
    simulator.fail(task_id, 501, "Generation failed")
    assert caller.credit() == 10_000
    record = caller.record(task_id)
    assert (record["state"], record["creditsConsumed"]) == ("fail", 0.0)
    (charge,) = simulator.ledger()
    assert (charge.charged, charge.given_back) == (330, 330)
    assert caller.credit() == 10_000


def test_an_empty_purse_refuses_with_402(caller: Caller, simulator: Simulator) -> None:
    simulator.set_credits(KEY, 329.5)
    answer = caller.create()
    assert answer["code"] == 402
    assert answer["msg"].startswith("Credits insufficient")
    assert caller.credit() == 329.5
    assert caller.create(size="standard")["code"] == 200


def test_each_key_has_its_own_purse_and_its_own_tasks(caller: Caller, simulator: Simulator) -> None:
    other = Caller(simulator.url, "demo-other")
    task_id = caller.task()
    assert other.credit() == 10_000
    answer = other.read(task_id)
    assert (answer["code"], answer["msg"], answer["data"]) == (422, "recordInfo is null", None)


def test_the_ledger_adds_up_and_names_no_key(caller: Caller, simulator: Simulator) -> None:
    tasks = [caller.task(ref=f"r{number}", size="standard") for number in range(3)]
    caller.create("")
    simulator.finish(tasks[0])
    simulator.fail(tasks[1])
    answer = httpx.get(f"{simulator.url}/_simulator/ledger")
    ledger = answer.json()
    assert [(create["ref"], create["task_id"]) for create in ledger["creates"]] == [
        (f"r{number}", task_id) for number, task_id in enumerate(tasks)
    ]
    assert (ledger["charged"], ledger["given_back"]) == (450, 150)
    (left,) = ledger["accounts"].values()
    assert left == 10_000 - ledger["charged"] + ledger["given_back"] == caller.credit()
    assert [refusal["code"] for refusal in ledger["refusals"]] == [500]
    assert ledger["requests"]["createTask 200"] == 3
    assert KEY not in answer.text


def test_the_purse_can_be_set_over_http(caller: Caller, simulator: Simulator) -> None:
    answer = httpx.post(f"{simulator.url}/_simulator/purse", json={"key": KEY, "credits": 12.5})
    assert answer.status_code == 200
    assert caller.credit() == 12.5
    assert httpx.post(f"{simulator.url}/_simulator/purse", json={"credits": 1}).status_code == 400


def test_a_page_in_a_browser_cannot_post_to_it(simulator: Simulator) -> None:
    answer = httpx.post(f"{simulator.url}/_simulator/purse", content=b"{}", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415
