"""The command `feedback`: one file a command group. `app` hands its factory in, so nothing here imports `app`."""

from feedback.cli.main import run

__all__ = ["run"]
