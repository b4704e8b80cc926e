import csv
import io
import zipfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback.customers.importing.tables import open_table
from feedback.errors import Invalid

ROWS = [["external_id", "Филиал"], ["P-1", "Парнас; север, «1»"], ["P-2", "Люлин"]]


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def as_csv(rows: list[list[str]], separator: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_tables_of_the_usual_encodings_and_separators_are_read(tmp_path: Path, separator: str, encoding: str) -> None:
    path = written(tmp_path / "a.csv", as_csv(ROWS, separator).encode(encoding))
    with open_table(path) as table:
        assert table.header == ROWS[0]
        assert list(table.rows) == [(2, ROWS[1]), (3, ROWS[2])]
        assert table.done == table.size


def test_a_spreadsheet_is_read_with_its_types_and_row_numbers(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"default_date_format": "dd.mm.yyyy"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([["id", "at"], ["P-1", datetime(2026, 3, 11, 12)], [], [1001, "x"]], start=1):  # noqa: DTZ001
            sheet.write_row(number, 0, row)
    with open_table(tmp_path / "a.xlsx") as table:
        assert table.header == ["id", "at"]
        rows = list(table.rows)
    assert rows[0] == (3, ["P-1", datetime(2026, 3, 11, 12)])  # noqa: DTZ001
    assert rows[-1] == (5, [1001.0, "x"])


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.csv", b"", "is empty"),
        ("bom.csv", b"\xef\xbb\xbf", "is empty"),
        ("lines.csv", b"\n\n\r\n", "is empty"),
        ("photo.csv", b"\x89PNG\x00\x01\x02\n", "not a table"),
        ("west.csv", "name;branch\nJérôme Müller;Köln\n".encode("cp1252"), "neither UTF-8"),
        ("cut.csv", "имя;Филиал\n".encode("utf-16")[:-1], "damaged UTF-16"),
        ("hole.csv", "имя;Филиал Парнас\n".encode("cp1251") * 9000 + b"\x98\n", "neither UTF-8"),
        ("quote.csv", b"x" * 200_000, "not a table"),
        ("koi.csv", "имя;Филиал Парнас на севере".encode("koi8-r"), "neither UTF-8"),
        ("dos.csv", "имя;Филиал Парнас на севере".encode("cp866"), "neither UTF-8"),
        ("old.xls", b"\xd0\xcf\x11\xe0aaaa", "old XLS"),
        ("random.xlsx", b"\x8a\x03\xffa\x98", "not an XLSX file"),
        ("broken.xlsx", b"PK\x03\x04aaaa", "not a spreadsheet"),
    ],
)
def test_what_is_no_table_is_refused_in_plain_words(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    with pytest.raises(Invalid, match=reason), open_table(written(tmp_path / name, content)) as table:
        list(table.rows)


def test_another_kind_of_zip_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(Invalid, match="not a spreadsheet"), open_table(tmp_path / "a.xlsx"):
        pass


def test_missing_files_and_folders_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no such file"), open_table(tmp_path / "none.csv"):
        pass
    with pytest.raises(Invalid, match="is a folder"), open_table(tmp_path):
        pass


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_refused(tmp_path: Path, content: bytes) -> None:
    with suppress(Invalid), open_table(written(tmp_path / "any.csv", content)) as table:
        assert all(number > 1 for number, _ in table.rows)
