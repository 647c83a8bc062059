"""`sora-tui models`: what the service offers, and what one model takes and costs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from sora_tui.cli.diagnostics import CommandError, ExitCode, say, warn
from sora_tui.cli.options import format_options, load_settings, settings_options

if TYPE_CHECKING:
    from sora_tui.cli.output import Format
    from sora_tui.cli.session import Session
    from sora_tui.kie.catalogue import ModelListing
    from sora_tui.kie.profiles import Field, ModelProfile
    from sora_tui.studio.market import Market

Json: TypeAlias = Any

KINDS = (
    "text-to-video",
    "image-to-video",
    "video-to-video",
    "text-to-image",
    "image-to-image",
    "audio",
    "text",
    "other",
)


@click.command()
@settings_options
@click.argument("words", metavar="[MODEL | WORD...]", nargs=-1)
@click.option("--kind", type=click.Choice(KINDS), help="Only models that do this.")
@click.option("--provider", metavar="NAME", help="Only models of this maker.")
@click.option("--refresh", is_flag=True, help="Read the list anew, however young it is.")
@format_options(lines=True)
@click.pass_context
def models(
    context: click.Context,
    /,
    words: tuple[str, ...],
    kind: str | None,
    provider: str | None,
    refresh: bool,
    form: Format,
) -> int:
    """List the service's models, or say of one, named by its whole id, what it takes, costs and how it fares.

    The list is kept for six hours and serves offline; what a model takes is kept for a day.

    \b
    Examples:
      sora-tui models
      sora-tui models kling --kind image-to-video
      sora-tui models veo-3-1
      sora-tui models veo-3-1 --json
    """
    settings = load_settings(context)
    from sora_tui.cli.session import in_studio

    async def act(session: Session) -> int:
        market = session.studio.market
        await _bring_up_to_date(session, market, anew=refresh, has_key=settings.api_key is not None)
        if len(words) == 1 and (market.listing(words[0]) or session.studio.profile(words[0])):
            await _show_one(session, words[0], form)
        else:
            _show_list(market, _matching(market, words, kind, provider), form)
        return ExitCode.DONE

    return in_studio(settings, act)


async def _bring_up_to_date(session: Session, market: Market, *, anew: bool, has_key: bool) -> None:
    """Reads the list where it is old; without a key, or a network, what was kept has to do.

    Raises:
        NotAnswered: nothing was kept either.
        CommandError: the same without a key.
    """
    from sora_tui.studio.errors import NotAnswered

    await market.load()
    if not (anew or market.is_old):
        return
    if not has_key:
        if market.read_at is None:
            from sora_tui.cli.diagnostics import key_missing

            raise key_missing(session.studio.settings.origin)
        return
    try:
        await session.unless_interrupted(market.refresh())
    except NotAnswered as error:
        if market.read_at is None:
            raise
        warn(f"The list is {_age(market.read_at)} old: it could not be read anew. {error}")


def _matching(market: Market, words: tuple[str, ...], kind: str | None, provider: str | None) -> list[ModelListing]:
    from sora_tui.kie.kinds import ModelKind
    from sora_tui.studio.shelf import Item, Shelf, Wish
    from sora_tui.studio.text import fold

    wanted = None if kind is None else ModelKind(kind.replace("-", " "))
    shelf = Shelf(map(Item.of, market.listings))
    names = {item.provider for item in shelf.items if provider and fold(item.provider) == fold(provider)}
    if provider and not names:
        makers = ", ".join(sorted({item.provider for item in shelf.items if item.provider}))
        raise CommandError(f"No model is made by {provider!r}.", hint=f"There are {makers}.", code=ExitCode.USAGE)
    found = shelf.matching(Wish(" ".join(words), wanted, next(iter(names), "")))
    return [listing for item in found if (listing := market.listing(item.model)) is not None]


def _show_list(market: Market, found: list[ModelListing], form: Format) -> None:
    from sora_tui.cli.output import Column, Format, write_json, write_json_lines, write_table

    rows = [_row(market, listing) for listing in found]
    if form is Format.JSON:
        write_json({"read_at": _iso(market.read_at), "models": rows})
    elif form is Format.JSONL:
        write_json_lines(rows)
    elif not rows:
        say("No model matches." if market.listings else "The service lists no models.")
    else:
        columns = [
            Column("Model"),
            Column("Title"),
            Column("By"),
            Column("Makes"),
            Column("Price", takes_the_rest=True),
        ]
        write_table(
            columns,
            (
                [row["model"], row["title"], row["provider"], ", ".join(row["kinds"]), " ".join(row["pricing"].split())]
                for row in rows
            ),
        )
        say(f"{len(rows):,} of {len(market.listings):,} models, listed {_age(market.read_at)} ago.")


async def _show_one(session: Session, model: str, form: Format) -> None:
    from sora_tui.cli.output import Format, write_fields, write_json, write_json_lines
    from sora_tui.kie.openapi import UnusableSchema
    from sora_tui.studio.errors import NotAnswered

    market = session.studio.market
    profile, trouble = market.profile(model), ""
    if session.studio.settings.api_key is not None:
        try:
            profile = await session.unless_interrupted(market.learn(model))
            await session.unless_interrupted(market.look_at_health(model))
        except UnusableSchema as error:
            trouble = str(error)
        except NotAnswered as error:
            warn(str(error))
    document = _row(market, market.listing(model), model) | _whole(market, model, profile, trouble)
    if form is Format.JSON:
        write_json(document)
    elif form is Format.JSONL:
        write_json_lines([document])
    else:
        write_fields(_for_people(document, profile))


def _row(market: Market, listing: ModelListing | None, model: str = "") -> dict[str, Json]:
    availability = market.availability(model if listing is None else listing.model)
    return {
        "model": model if listing is None else listing.model,
        "title": "" if listing is None else listing.title,
        "provider": "" if listing is None else listing.provider,
        "kinds": [] if listing is None else sorted(kind.value for kind in listing.kinds),
        "makes": None if listing is None else listing.makes.value,
        "pricing": "" if listing is None else listing.pricing,
        "is_withdrawn": availability.is_withdrawn,
    }


def _whole(market: Market, model: str, profile: ModelProfile | None, trouble: str) -> dict[str, Json]:
    health, availability = market.health(model), market.availability(model)
    return {
        "title": profile.title if profile is not None else (row.title if (row := market.listing(model)) else ""),
        "withdrawn_because": availability.reason,
        "health": None
        if health is None
        else {
            "rate": health.rate,
            "is_degraded": health.is_degraded,
            "rates": health.rates,
            "read_at": _iso(health.read_at),
        },
        "prompt_limit": None if profile is None else profile.prompt_limit,
        "prompt_required": None if profile is None else profile.prompt_required,
        "modes": [] if profile is None else [mode.name for mode in profile.modes],
        "fields": [] if profile is None else [_field(each) for each in profile.fields],
        "trouble": trouble,
    }


def _field(field: Field) -> dict[str, Json]:
    return {
        "name": field.name,
        "kind": field.kind.value,
        "required": field.required,
        "default": field.default,
        "choices": [choice.value for choice in field.choices],
        "minimum": field.minimum,
        "maximum": field.maximum,
        "max_length": field.max_length,
        "max_items": field.max_items,
        "help": field.help,
    }


def _for_people(document: dict[str, Json], profile: ModelProfile | None) -> dict[str, str]:
    health = document["health"]
    lines = {
        "model": document["model"],
        "title": document["title"],
        "by": document["provider"],
        "makes": ", ".join(document["kinds"]),
        "withdrawn": document["withdrawn_because"],
        "price": document["pricing"],
        "last hour": "" if health is None else _health_words(health),
        "trouble": document["trouble"],
    }
    if profile is not None:
        lines["prompt"] = _prompt_words(profile)
        lines["modes"] = ", ".join(document["modes"])
        lines["parameters"] = "\n".join(map(_field_words, profile.fields)) or "none"
    return {name: text for name, text in lines.items() if text}


def _health_words(health: dict[str, Json]) -> str:
    if health["rate"] is None:
        return "no traffic"
    return f"{'degraded' if health['is_degraded'] else 'healthy'}, {health['rate']:.0f} % succeeded"


def _prompt_words(profile: ModelProfile) -> str:
    if not profile.takes_prompt:
        return "it takes none"
    return f"up to {profile.prompt_limit:,} characters" + ("" if profile.prompt_required else ", may be left out")


def _field_words(field: Field) -> str:
    """One parameter: `duration: 4, 6, 8; default 8. Seconds of video.`."""
    parts = [field.kind.value.replace("_", " ")]
    if field.choices:
        parts = [", ".join(choice.label for choice in field.choices)]
    low, high = field.minimum, field.maximum
    if low is not None and high is not None:
        parts.append(f"{low:g} to {high:g}")
    elif low is not None or high is not None:
        parts.append(f"at least {low:g}" if high is None else f"at most {high:g}")
    if field.max_length is not None:
        parts.append(f"up to {field.max_length:,} characters")
    if field.max_items is not None:
        parts.append(f"up to {field.max_items}")
    if field.default is not None:
        parts.append(f"default {field.default}")
    elif field.required:
        parts.append("required")
    return f"{field.name}: {'; '.join(parts)}" + (f". {field.help}" if field.help else "")


def _age(epoch_ms: int | None) -> str:
    if epoch_ms is None:
        return "never"
    minutes = max(0, (time.time_ns() // 1_000_000 - epoch_ms) // 60_000)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"


def _iso(epoch_ms: int | None) -> str | None:
    from sora_tui.studio.task import iso

    return iso(epoch_ms)
