"""The report on one task for the service's support, without secrets: what the commands and the screen hand out."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from sora_tui import __version__
from sora_tui.redaction import STRUCK_OUT, redact

if TYPE_CHECKING:
    from sora_tui.studio.studio import Studio


async def report_on(studio: Studio, ref: str, *, with_prompt: bool = True) -> str:
    """The report in Markdown. No key, no callback address and no signed link is in it.

    Args:
        studio: has the task.
        ref: which.
        with_prompt: whether it quotes the prompt and its settings.

    Raises:
        UnknownTask: there is no such task.
        StoreError: it can't be read.
    """
    from sora_tui.studio.support_report import support_report

    task, settings = await studio.get(ref), studio.settings
    addresses = (
        studio.callback_address, studio.local_callback_address, settings.callback_url, settings.progress_callback_url,
    )  # fmt: skip
    secrets = sorted({address for address in addresses if address}, key=len, reverse=True)

    def without_secrets(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, STRUCK_OUT)
        return redact(text)

    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    return support_report(
        task,
        await studio.history(task.ref),
        base_url=settings.base_url,
        program=f"sora-tui {__version__}, Python {platform.python_version()}, {system}",
        redact=without_secrets,
        with_prompt=with_prompt,
    )
