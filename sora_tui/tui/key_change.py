"""Another key while the program runs: asked for, proved by reading the credits, kept for the next start."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pydantic import SecretStr

from sora_tui.kie.codes import Cause, explain_error
from sora_tui.kie.errors import KieError
from sora_tui.settings import store_key
from sora_tui.tui.format import credits
from sora_tui.tui.screens.confirm import AskScreen

if TYPE_CHECKING:
    from sora_tui.settings import Settings
    from sora_tui.studio.studio import Studio
    from sora_tui.tui.terminal import SafeApp


def no_key(error: ValueError) -> str:
    """Why what was typed can't be a key, for the user; `error` is that of `check_key`."""
    return f"This can't be a key: {error}. Paste it again from kie.ai/api-key."


def why_not(error: KieError) -> str:
    """Why the service did not take a key, and what to do."""
    meaning = explain_error(error)
    if meaning.cause is Cause.BAD_KEY:
        return "The service refused this key (401). Copy it again from kie.ai/api-key."
    if meaning.cause is Cause.OFFLINE:
        return "The service could not be reached. Check the connection and try again."
    return f"The service did not accept the question about this key: {meaning.title}. Try again."


async def keep(app: SafeApp, settings: Settings, balance: float) -> None:
    """Keep the key of `settings` for the next start and say where, or that it could not be kept."""
    key = settings.api_key or SecretStr("")
    try:
        where = await asyncio.to_thread(store_key, key.get_secret_value(), settings)
    except (ValueError, OSError) as error:
        app.say(f"The key could not be kept ({error}). It is used until you quit.", "warning")
        return
    app.say(f"{credits(balance)} credits. The key is kept in {where}.")


def ask_for_key(app: SafeApp, studio: Studio) -> None:
    """Ask for another key and go on with it."""

    def answered(typed: str | None) -> None:
        if typed:
            app.spawn(_use(app, studio, typed), name="Changing the key")

    question = "Paste a key from kie.ai/api-key. It is checked by reading your credits, and kept for the next start."
    app.push_screen(AskScreen("Use another key", question, hint="key", yes="Use it", hidden=True), answered)


async def _use(app: SafeApp, studio: Studio, typed: str) -> None:
    try:
        await studio.use_key(SecretStr(typed))
        balance = await studio.refresh_credits()
    except ValueError as error:
        app.say(no_key(error), "error")
    except KieError as error:
        app.say(why_not(error), "error")
    else:
        await keep(app, studio.settings, balance)
