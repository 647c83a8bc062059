"""A page of results to look at in a browser, alone or with the folder it lies in. Pure: values in, HTML out.

Nothing from outside is ever markup, script, style or an address: texts are escaped, the page's policy runs one script
and one style that it names by hash and lets nothing be fetched but pictures and clips, and only https links are links.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from html import escape

from sora_tui.kie.addresses import result_link
from sora_tui.kie.fields import Media
from sora_tui.studio.gallery_look import look
from sora_tui.studio.task import Task, iso

Clean = Callable[[str], str]
"""Makes control characters visible and takes out what hides or reorders text."""

MARK = '<meta name="generator" content="sora-tui gallery">'
"""By which a page of ours is known, and may be written anew."""
_WORDS_SHOWN = 2_000


@dataclass(frozen=True, slots=True)
class Shot:
    """A file of a task.

    Attributes:
        media: what it is.
        address: of the file, relative to the page or `file:`; as an address is written.
        poster: the same of its picture; empty for none.
        seconds: how long it plays; None where that is not known.
    """

    media: Media
    address: str
    poster: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A task in the gallery, with its files that are there, in the order of its links."""

    task: Task
    shots: Sequence[Shot] = ()


def is_exhibit(task: Task) -> bool:
    """Whether a task has something to show or to lead to."""
    return bool(task.links or any(task.files) or task.result_text)


def page(
    exhibits: Sequence[Exhibit], *, title: str, now_ms: int, clean: Clean, zone: tzinfo | None = None
) -> Iterator[str]:
    """The page, piece by piece.

    Args:
        exhibits: what is shown, the newest first.
        title: of the page; from the user.
        now_ms: when it is made, epoch ms.
        clean: for all texts from outside.
        zone: whose days and hours are shown; None is this machine's.
    """
    words = _Words(clean, zone)
    credits = [exhibit.task.charge for exhibit in exhibits]
    total = sum(each for each in credits if each is not None)
    count = f"{len(exhibits):,} result{'' if len(exhibits) == 1 else 's'}"
    yield (
        f'<!doctype html>\n<html lang="en" class="plain">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(look().policy)}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n{MARK}\n'
        f"<title>{words.text(title)}</title>\n<style>{look().style}</style>\n</head>\n<body>\n<header>\n"
        f'<h1 dir="auto">{words.text(title)}</h1>\n'
        f'<p class="sum">{count} · {_amount(total)} credits · <span id="shown" role="status">all shown</span></p>\n'
        f'</header>\n<form role="search">\n<label>Filter<input type="search" name="q" autocomplete="off" '
        f'spellcheck="false" placeholder="rain tag:boat rating:&gt;=4 is:starred -dusk"></label>\n'
        f'<label>Sort<select name="sort" autocomplete="off">{_SORTS}</select></label>\n</form>\n<main>\n'
    )
    for exhibit in exhibits:
        yield _card(exhibit, words)
    nothing = "There is nothing to show yet." if not exhibits else "Nothing matches the filter."
    hidden = " hidden" if exhibits else ""
    yield (
        f'<p class="empty"{hidden}>{nothing}</p>\n</main>\n'
        f"<footer>Made with sora-tui on {words.day(now_ms)}. Nothing on this page is fetched from elsewhere.</footer>\n"
        f"<script>{look().script}</script>\n</body>\n</html>\n"
    )


_SORTS = "".join(
    f'<option value="{value}">{label}</option>'
    for value, label in (
        ("date", "Newest first"),
        ("date-up", "Oldest first"),
        ("rating", "Best rated first"),
        ("cost", "Dearest first"),
        ("cost-up", "Cheapest first"),
    )
)


@dataclass(frozen=True, slots=True)
class _Words:
    """Texts and moments as the page writes them."""

    clean: Clean
    zone: tzinfo | None

    def text(self, text: str) -> str:
        """As text of the page, or between the double quotes of an attribute."""
        return escape(_without_halves(self.clean(text)))

    def own_line(self, text: str) -> str:
        """The same where its direction must not touch what stands beside it."""
        return f"<bdi>{self.text(text)}</bdi>"

    def folded(self, text: str) -> str:
        """As the filter compares it, in an attribute."""
        return escape(unicodedata.normalize("NFKC", _without_halves(self.clean(text))).lower())

    def day(self, epoch_ms: int) -> str:
        moment = datetime.fromtimestamp(epoch_ms / 1000, self.zone)
        return f'<time datetime="{iso(epoch_ms)}">{moment.day} {moment:%b %Y, %H:%M}</time>'


def _card(exhibit: Exhibit, words: _Words) -> str:
    task, first = exhibit.task, next(iter(exhibit.shots), None)
    marks = [*(f"tag:{tag}" for tag in task.tags), f"model:{task.model}"]
    marks += ["is:starred"] * task.is_starred + ["is:missing"] * (not exhibit.shots)
    searched = " ".join((task.prompt, *task.tags, task.model, task.remark, task.ref, task.task_id or ""))
    cost = "" if task.charge is None else f"{task.charge:g}"
    attributes = {
        "data-words": words.folded(searched),
        "data-marks": words.folded("\n" + "\n".join(" ".join(mark.split()) for mark in marks)),
        "data-date": str(task.created_at),
        "data-cost": cost,
        "data-rating": str(task.rating or ""),
    }
    written = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    prompt = (
        f'<p class="prompt" dir="auto">{words.text(task.prompt)}</p>'
        if task.prompt.strip()
        else '<p class="prompt no">Without a prompt</p>'
    )
    return (
        f'<article class="card" {written}>\n{_frame(task, first, words)}\n<div class="body">\n{prompt}\n'
        f"{_facts(task, words)}{_tags(task, words)}"
        f'<div class="foot">\n{_details(task, words)}{_links(exhibit)}</div>\n'
        f"</div>\n</article>\n"
    )


def _frame(task: Task, shot: Shot | None, words: _Words) -> str:
    picture = ""
    if shot is not None and shot.poster:
        picture = f'<img src="{escape(shot.poster)}" alt="" loading="lazy" decoding="async">'
    about = words.text(" ".join(task.prompt.split())[:120]) or "a clip without a prompt"
    if shot is None:
        if task.result_text:
            return (
                f'<div class="frame words" dir="auto" tabindex="0">{words.text(task.result_text[:_WORDS_SHOWN])}</div>'
            )
        return '<div class="frame none"><strong>Not downloaded</strong></div>'
    match shot.media:
        case Media.VIDEO:
            length = "" if shot.seconds is None else f'<span class="badge">{_length(shot.seconds)}</span>'
            return (
                f'<button type="button" class="frame" data-film="{escape(shot.address)}" aria-pressed="false" '
                f'aria-label="Play: {about}">{picture}<span class="play"></span>{length}</button>'
            )
        case Media.IMAGE:
            source = escape(shot.poster or shot.address)
            return (
                f'<a class="frame" href="{escape(shot.address)}">'
                f'<img src="{source}" alt="{about}" loading="lazy" decoding="async"></a>'
            )
        case Media.AUDIO:
            return (
                f'<div class="frame"><audio controls preload="none" src="{escape(shot.address)}" '
                f'aria-label="{about}"></audio></div>'
            )
        case _:
            return '<div class="frame none"><strong>A file</strong></div>'


def _facts(task: Task, words: _Words) -> str:
    cost = "" if task.charge is None else f" · {_amount(task.charge)} credits"
    facts = f'<p class="facts">{words.day(task.created_at)}{cost}</p>\n'
    marks = []
    if task.rating:
        stars = "★" * task.rating + "☆" * (5 - task.rating)
        marks.append(f'<span class="stars" role="img" aria-label="rated {task.rating} of 5">{stars}</span>')
    if task.is_starred:
        marks.append('<span class="starred">Starred</span>')
    return facts + (f'<p class="facts">{" ".join(marks)}</p>\n' if marks else "")


def _tags(task: Task, words: _Words) -> str:
    if not task.tags:
        return ""
    made = "".join(
        f'<li><button type="button" data-tag="{words.folded(tag)}">{words.own_line(tag)}</button></li>'
        for tag in (" ".join(tag.split()) for tag in task.tags)
    )
    return f'<ul class="tags" aria-label="Tags">{made}</ul>\n'


def _links(exhibit: Exhibit) -> str:
    task, several = exhibit.task, len(exhibit.shots) > 1
    links = [
        f'<a href="{escape(shot.address)}">Open the file{f" {number}" if several else ""}</a>'
        for number, shot in enumerate(exhibit.shots, 1)
    ]
    if not exhibit.shots:
        # A link from the service is signed: it is given away only where there is no other way to the result.
        safe = [link for link in map(result_link, task.links) if link is not None and link.startswith("https://")]
        several = len(safe) > 1
        links = [
            f'<a href="{escape(link)}" rel="noreferrer noopener">At the service{f" {number}" if several else ""}</a>'
            for number, link in enumerate(safe, 1)
        ]
    return f'<p class="links">{"".join(links)}</p>\n' if links else ""


def _details(task: Task, words: _Words) -> str:
    facts: dict[str, str] = {"Model": words.own_line(task.model)}
    facts |= {
        " ".join(name.replace("_", " ").split()): words.own_line(_value(value))
        for name, value in task.parameters.items()
        if not _is_address(value)
    }
    if task.remark:
        facts["Note"] = words.own_line(task.remark)
    facts["Task"] = task.ref[:8]
    rows = "".join(f"<dt>{words.own_line(name)}</dt><dd>{value}</dd>" for name, value in facts.items())
    return f"<details><summary>Settings</summary><dl>{rows}</dl></details>\n"


def _is_address(value: object) -> bool:
    """Whether a setting leads somewhere: such links are signed, and whoever gets the page could follow them."""
    texts: Iterable[object] = value if isinstance(value, list) else [value]
    return any(isinstance(text, str) and "://" in text for text in texts)


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _without_halves(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\0", "\ufffd")


def _length(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def _amount(credits: float) -> str:
    return f"{credits:,.2f}".rstrip("0").rstrip(".")
