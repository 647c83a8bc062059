"""A gallery in a real browser: hostile prompts run nothing, and the filter finds what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from sora_tui.film.encode import Mp4Writer
from sora_tui.gallery import make
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.stored import running
from tests.unit.studio.test_gallery import HOSTILE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine to open the page in")


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "videos" / "boat.mp4"
    path.parent.mkdir()
    with Mp4Writer(path, width=64, height=36, fps=10, seconds=1, max_bytes=50_000) as writer:
        wide, half = writer.strides
        for number in range(10):
            writer.picture(bytes([50 + number]) * wide * 36, b"\x80" * half * 18, b"\x80" * half * 18)
        writer.sound(bytes(44_100 * 4))
    return path


def tasks(clip: Path) -> list[Task]:
    marked = "document.title='broken in'"
    prompts = [*HOSTILE, f"</script><script>{marked}</script>", f'"><img src=x onerror="{marked}">', "A paper boat"]
    known = {"state": TaskState.SUCCESS, "files": (str(clip),), "rating": 3}
    made = [
        running(number, prompt=prompt, tags=("rain", prompt[:30]), **known) for number, prompt in enumerate(prompts)
    ]
    koi = {"prompt": "A koi under ice", "tags": (), "rating": 5, "files": (), "links": ("https://files.example/k.mp4",)}
    return [*made, running(99, **{**known, **koi})]


def dom_of(page: Path, fragment: str, tmp_path: Path) -> str:
    """The page as it stands once its script has run."""
    assert CHROMIUM is not None
    flags = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync --virtual-time-budget=2000 --dump-dom"
    )
    done = subprocess.run(
        [CHROMIUM, *flags.split(), f"--user-data-dir={tmp_path / 'chromium'}", f"{page.as_uri()}{fragment}"],
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
        check=True,
    )
    return done.stdout


def shown(dom: str) -> list[str]:
    """The prompts of the cards that are not hidden."""
    cards = re.findall(r'<article class="card"([^>]*)>.*?<p class="prompt"[^>]*>(.*?)</p>', dom, re.DOTALL)
    return [prompt for attributes, prompt in cards if not re.search(r'\shidden=""', attributes)]


@needs_chromium
async def test_no_prompt_runs_and_the_fragment_presets_filter_and_order(clip: Path, tmp_path: Path) -> None:
    made = await make(tasks(clip), clip.parent / "gallery", title="<script>document.title='broken in'</script>")
    everything = dom_of(made.page, "", tmp_path)
    [title] = re.findall(r"<title>(.*?)</title>", everything, re.DOTALL)
    assert title == "&lt;script&gt;document.title='broken in'&lt;/script&gt;"
    assert '<html lang="en" class="">' in everything, "our own script has run"
    assert "all shown" in everything
    assert everything.count("<script") == 1
    assert "onerror" not in "".join(re.findall(r"<img[^>]*>", everything))

    assert shown(dom_of(made.page, "#q=PAPER%20boat", tmp_path)) == ["A paper boat"]
    assert shown(dom_of(made.page, "#q=rating:%3E%3D4", tmp_path)) == ["A koi under ice"]
    assert shown(dom_of(made.page, "#q=is:missing%20-koi", tmp_path)) == []
    assert shown(dom_of(made.page, "#q=tag:rain%20paper&sort=rating", tmp_path)) == ["A paper boat"]
    assert shown(dom_of(made.page, "#sort=rating", tmp_path))[0] == "A koi under ice"


@needs_chromium
async def test_a_page_without_a_match_says_so(clip: Path, tmp_path: Path) -> None:
    made = await make(tasks(clip), clip.parent / "gallery", title="Gallery")
    dom = dom_of(made.page, "#q=%22no%20such%20words%22", tmp_path)
    assert shown(dom) == []
    assert '<p class="empty">Nothing matches the filter.</p>' in dom
