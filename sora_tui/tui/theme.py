"""Our two themes, and the only place of the program that names a colour by its number."""

from __future__ import annotations

from textual.theme import Theme

SORA = Theme(
    name="sora",
    primary="#6cb2f5",
    secondary="#8aa0c4",
    accent="#f0a868",
    success="#7ccfa0",
    warning="#ecc46a",
    error="#f2828c",
    foreground="#d5deec",
    background="#0e131d",
    surface="#141b28",
    panel="#1c2535",
    boost="#ffffff0d",
    dark=True,
    variables={
        "border": "#6cb2f5",
        "border-blurred": "#34435c",
        "pane-border": "#34435c",
        "block-cursor-background": "#2b4a70",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#1f2c41",
        "block-cursor-blurred-foreground": "#d5deec",
        "input-cursor-background": "#f0a868",
        "input-cursor-foreground": "#0e131d",
        "input-selection-background": "#6cb2f54d",
        "button-color-foreground": "#0e131d",
        "button-focus-text-style": "bold",
        "footer-background": "#141b28",
        "footer-key-foreground": "#f0a868",
        "scrollbar": "#34435c",
        "scrollbar-hover": "#4a5e80",
        "scrollbar-active": "#6cb2f5",
        "scrollbar-background": "#0e131d",
        "scrollbar-background-hover": "#0e131d",
        "scrollbar-background-active": "#0e131d",
        "scrollbar-corner-color": "#0e131d",
    },
)
"""Dark: the sky an hour after sunset, with a lamp for what is under the cursor."""

SORA_LIGHT = Theme(
    name="sora-light",
    primary="#1f66b0",
    secondary="#5a6b85",
    accent="#b2560c",
    success="#1d7a4c",
    warning="#8a5d00",
    error="#b72f3e",
    foreground="#1d2736",
    background="#f6f8fb",
    surface="#ffffff",
    panel="#e9eef5",
    boost="#0000000a",
    dark=False,
    variables={
        "border": "#1f66b0",
        "border-blurred": "#bccadb",
        "pane-border": "#bccadb",
        "block-cursor-background": "#cfe2f6",
        "block-cursor-foreground": "#10233a",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#e4ebf3",
        "block-cursor-blurred-foreground": "#1d2736",
        "input-cursor-background": "#b2560c",
        "input-cursor-foreground": "#ffffff",
        "input-selection-background": "#1f66b038",
        "button-color-foreground": "#ffffff",
        "button-focus-text-style": "bold",
        "footer-background": "#e9eef5",
        "footer-key-foreground": "#b2560c",
        "scrollbar": "#bccadb",
        "scrollbar-hover": "#9db1c9",
        "scrollbar-active": "#1f66b0",
        "scrollbar-background": "#f6f8fb",
        "scrollbar-background-hover": "#f6f8fb",
        "scrollbar-background-active": "#f6f8fb",
        "scrollbar-corner-color": "#f6f8fb",
    },
)
"""Light: the same sky at noon. Every text colour reaches 4.5:1 on the background."""

THEMES = (SORA, SORA_LIGHT)
MUTED = "$foreground 70%"
"""Quiet text in Content, where `$text-muted` loses its transparency and comes out louder than the text."""

SEEN_ON_ANY = "#80808066"
"""A border's grey for the themes that are not ours, dark or light."""
