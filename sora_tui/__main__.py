"""`python -m sora_tui` is the `sora-tui` command."""

from sora_tui.cli.main import run

if __name__ == "__main__":
    run()
