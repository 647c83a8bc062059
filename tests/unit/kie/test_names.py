"""What the package offers, loaded only when it is used."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

import sora_tui.kie as kie
from sora_tui.kie import client, codes, messages


def test_every_name_it_offers_is_there() -> None:
    assert len(set(kie.__all__)) == len(kie.__all__) > 20
    for name in kie.__all__:
        assert getattr(kie, name) is not None
        assert name in dir(kie)


def test_a_name_is_the_one_of_its_module() -> None:
    assert kie.KieClient is client.KieClient
    assert kie.CreateTask is messages.CreateTask
    assert kie.explain is codes.explain


def test_a_name_it_does_not_offer_is_an_error() -> None:
    with pytest.raises(AttributeError, match="KieServer"):
        import_module("sora_tui.kie").KieServer  # noqa: B018


def test_asking_for_a_code_loads_no_http_library() -> None:
    code = "import sys, sora_tui.kie as kie; kie.explain(200); print('httpx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
