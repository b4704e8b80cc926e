"""Processes killed amid their work lose nothing and do nothing twice. The long siege is `benchmarks.killing`."""

from pathlib import Path

import pytest

from benchmarks.killing.siege import besiege

pytestmark = pytest.mark.slow


def test_a_short_siege(database_url: str, tmp_path: Path) -> None:
    report = besiege(database_url, tmp_path / "instance", kills=3, seed=7, ahead=25)
    assert report.kills.total() == 3
    assert [f"{finding.claim}: {finding.figures}" for finding in report.findings if not finding.is_true] == []
    assert set(report.exit_codes) == {0}
