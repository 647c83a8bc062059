"""The gallery's page: what it shows, and that nothing a task says is ever markup, script or an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.kie.fields import Media
from sora_tui.sanitise import clean
from sora_tui.studio.gallery import Exhibit, Shot, is_exhibit, page
from sora_tui.studio.gallery_look import look
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.stored import running
from tests.unit.studio.virtual_time import EPOCH_MS

HOSTILE = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></style></p></article><base href=//evil.example>",
    "<!-- <![CDATA[ ]]> -->",
    "javascript:alert(1)",
    "&lt;script&gt;&#60;&quot;&amp",
    "\u2028\u2029\u202egnp.exe\u2066\u2069",
    "\x00\x1b[2J\ud800",
    "`${alert(1)}`{{7*7}}",
)
TEXTS = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from(HOSTILE)
VIDEO = Shot(Media.VIDEO, "../boat%20%22.mp4", "posters/boat.jpg", 10.2)


class Structure(HTMLParser):
    """Every tag with the names of its attributes, and all values and texts apart."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, ...]] = []
        self.values: dict[str, list[str]] = {}
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, *(name for name, _ in attrs)))
        for name, value in attrs:
            self.values.setdefault(f"{tag} {name}", []).append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((f"/{tag}",))

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", data))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def done(**changes: object) -> Task:
    known: dict[str, object] = {
        "state": TaskState.SUCCESS,
        "links": ("https://files.example/boat.mp4?sig=canary",),
        "credits": 330.0,
        "rating": 4,
        "is_starred": True,
        "tags": ("rain", "hero"),
        "remark": "The light is right.",
        "parameters": {"n_frames": "10", "size": "high"},
    }
    return running(1, **{**known, **changes})


def html_of(*exhibits: Exhibit, title: str = "Gallery") -> str:
    return "".join(page(exhibits, title=title, now_ms=EPOCH_MS, clean=clean, zone=UTC))


def every_kind(text: str, shots: Sequence[Shot] = (VIDEO,)) -> list[Exhibit]:
    """Tasks that say `text` wherever one can say something, with a file of each kind and without any."""
    task = done(
        prompt=f"x{text}", model=f"m{text}", tags=(f"t{text}", "u"), remark=f"r{text}", text=text, note=text,
        parameters={f"p{text}": f"v{text}", "list": [text]} if "://" not in text else {"p": "v", "list": []},
        vendor_state=text, result_text=f"x{text}",
    )  # fmt: skip
    others = [Shot(media, "a.bin", "") for media in (Media.IMAGE, Media.AUDIO)]
    return [Exhibit(task, shots), *(Exhibit(task, (shot,)) for shot in others), Exhibit(task)]


@given(TEXTS)
def test_whatever_is_said_the_page_has_the_same_elements_and_attributes(text: str) -> None:
    plain, said = (
        Structure(html_of(*every_kind("boat"), title="xboat")),
        Structure(html_of(*every_kind(text), title=f"x{text}")),
    )
    assert said.tags == plain.tags
    for value in said.values["a href"] + said.values["img src"] + said.values["button data-film"]:
        assert value in {VIDEO.address, VIDEO.poster, "a.bin", *done().links}


@given(TEXTS)
def test_a_prompt_is_read_as_the_sanitiser_shows_it(text: str) -> None:
    assert f"x{clean('x' + text)[1:]}" in "".join(Structure(html_of(Exhibit(done(prompt=f"x{text}"), [VIDEO]))).texts)


def test_the_page_runs_one_script_and_one_style_and_fetches_nothing_else() -> None:
    seen = Structure(html_of(*every_kind("boat")))
    [policy] = [value for value in seen.values["meta content"] if "default-src" in value]
    assert policy == look().policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert [tag for tag in seen.tags if tag[0] in ("script", "style", "link", "iframe")] == [("style",), ("script",)]
    assert look().script in seen.texts
    assert "</" not in look().script
    assert "</" not in look().style
    assert "innerHTML" not in look().script


def test_a_card_says_all_there_is_to_say() -> None:
    html = html_of(Exhibit(done(prompt="A paper boat"), [VIDEO]))
    text = "".join(Structure(html).texts)
    for words in ("A paper boat", "330 credits", "★★★★☆", "Starred", "rain", "n frames", "10", "The light is right."):
        assert words in text
    assert 'aria-label="rated 4 of 5"' in html
    assert 'aria-label="Play: A paper boat"' in html
    assert "0:10" in text
    assert 'loading="lazy"' in html
    assert "canary" not in html, "a signed link is given away only where there is no file"


def test_without_a_file_there_is_the_link_and_only_a_safe_one() -> None:
    links = ("https://files.example/boat.mp4?a=1&b=2", "javascript:alert(1)", "http://evil.example/", "https://u:p@x/")
    seen = Structure(html_of(Exhibit(done(links=links))))
    assert "Not downloaded" in seen.texts
    assert seen.values["a href"] == [links[0]]


def test_settings_that_lead_somewhere_are_left_out() -> None:
    task = done(parameters={"image_urls": ["https://files.example/in.png?sig=canary"], "size": "high"})
    html = html_of(Exhibit(task, [VIDEO]))
    assert "canary" not in html
    assert "high" in html


def test_what_the_filter_and_the_order_go_by() -> None:
    seen = Structure(html_of(Exhibit(done(prompt="A PAPER Boat", rating=0, credits=None, price=None), [VIDEO])))
    assert "a paper boat" in seen.values["article data-words"][0]
    assert seen.values["article data-marks"] == ["\ntag:rain\ntag:hero\nmodel:sora-2-pro-text-to-video\nis:starred"]
    assert seen.values["article data-rating"] == [""]
    assert seen.values["article data-cost"] == [""]


@pytest.mark.parametrize(
    ("task", "shown"),
    [
        (done(), True),
        (done(links=(), result_text="words"), True),
        (done(links=(), files=("/x.mp4",)), True),
        (running(), False),
        (replace(running(), state=TaskState.FAIL), False),
    ],
)
def test_only_tasks_with_a_result_are_shown(task: Task, shown: bool) -> None:
    assert is_exhibit(task) is shown


def test_no_result_is_said() -> None:
    assert "There is nothing to show yet." in html_of()
