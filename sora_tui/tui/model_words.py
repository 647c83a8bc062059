"""What is said of a model: price, health, age of the list, what it takes. Pure; no word of it is clean yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sora_tui.kie.fields import Field, FieldKind
from sora_tui.kie.profiles import ModelProfile
from sora_tui.studio.availability import Availability
from sora_tui.studio.model_health import ModelHealth
from sora_tui.studio.prices import Basis, Quote
from sora_tui.tui import format
from sora_tui.tui.field_words import limits

if TYPE_CHECKING:
    from sora_tui.studio.substitutes import Difference, Substitution

_CHOICES_SHOWN = 12


def price_figure(quote: Quote) -> str:
    """A price for a narrow column: `330`, `≤ 230`, `?`."""
    if quote.credits is None or quote.basis is Basis.UNKNOWN:
        return "?"
    figure = format.credits(quote.credits)
    return f"≤ {figure}" if quote.basis is Basis.AT_MOST else figure


def health_words(health: ModelHealth, now_ms: int) -> str:
    """`healthy, 99 % in the last hour, read 2 min ago`."""
    hour = "" if health.rate is None else " in the last hour"
    return f"{health.words}{hour}, read {format.ago(health.read_at, now_ms)}"


def age_words(read_at: int | None, now_ms: int, *, is_reading: bool = False, trouble: str = "") -> str:
    """How old the list is, or why there is none.

    Args:
        read_at: when the service listed its models, in epoch ms; None for never.
        now_ms: epoch ms.
        is_reading: whether it is being read now.
        trouble: why the last try to read it failed, as a sentence.
    """
    if is_reading:
        return "Reading the list…"
    if read_at is None:
        return f"No list yet. {trouble}".strip()
    age = format.ago(read_at, now_ms)
    if not trouble:
        return f"Listed {age}"
    old = "just read" if age == "just now" else age.replace(" ago", " old")
    return f"From the cache, {old}: {trouble}"


def takes(profile: ModelProfile) -> list[tuple[str, str]]:
    """What a model takes, as (label, words): the prompt first, then its fields in order, then its modes."""
    if not profile.takes_prompt:
        prompt = "none"
    else:
        prompt = f"up to {profile.prompt_limit:,} characters{'' if profile.prompt_required else ', may be empty'}"
    lines = [("Prompt", prompt), *((each.label, field_words(each)) for each in profile.fields)]
    if profile.modes:
        lines.insert(0, ("Modes", ", ".join(mode.name for mode in profile.modes)))
    return lines


def field_words(field: Field) -> str:
    """What a field takes: `landscape, portrait`, `1 to 10`, `up to 500 characters`; what is needed says so."""
    match field.kind:
        case FieldKind.CHOICE:
            labels = [choice.label for choice in field.choices[:_CHOICES_SHOWN]]
            more = len(field.choices) - len(labels)
            words = ", ".join([*labels, f"{more} more"] if more > 0 else labels)
        case FieldKind.FLAG:
            words = "on or off"
        case _:
            words = limits(field) or _ANYTHING.get(field.kind, "anything")
    return f"{words}{', needed' if field.required and field.default is None else ''}"


_ANYTHING = {
    FieldKind.INTEGER: "a whole number",
    FieldKind.NUMBER: "a number",
    FieldKind.TEXT: "a text",
}


def difference_words(difference: Difference) -> str:
    """`Length: 10 s → 8 s`, `Watermark: removed → no such setting`, `Sound: on, new`."""
    label, before, after = difference.label, difference.before, difference.after
    if not before:
        return f"{label}: {after}, new" if after else label
    return f"{label}: {before} → {after or 'no such setting'}"


def substitution_words(title: str, substitution: Substitution) -> str:
    """What became of a draft that is for another model now, in a sentence or two."""
    parts = [f"The draft is for {title} now."]
    if substitution.differences:
        parts.append(f"Different: {' · '.join(map(difference_words, substitution.differences))}.")
    elif substitution.kept:
        parts.append("All its settings stay.")
    return " ".join(parts)


def withdrawn_words(title: str, availability: Availability, now_ms: int) -> str:
    """That a model can't be had, how we know and since when."""
    reason = availability.reason or "The service does not sell it at the moment."
    heard = "" if availability.since is None else f" Heard {format.ago(availability.since, now_ms)}."
    return f"{title} can't be had. {reason}{heard}"
