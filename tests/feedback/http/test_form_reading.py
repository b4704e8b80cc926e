"""The short way of reading forms gives what the library gives, or leaves it to the library."""

from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser
from werkzeug.test import EnvironBuilder

from feedback.http.form_reading import FormRequest, read_small_form

LINE = b"--b"


def body(*parts: bytes) -> bytes:
    return b"".join(LINE + b"\r\n" + part + b"\r\n" for part in parts) + LINE + b"--\r\n"


def field(name: str, value: bytes) -> bytes:
    return b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (name.encode(), value)


EMPTY_FILE = (
    b'Content-Disposition: form-data; name="photos"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n'
)


@pytest.mark.parametrize(
    "content",
    [
        body(field("score", b"9")),
        body(field("score", b"9"), field("why", "Всё\r\nбыстро — 100%".encode()), EMPTY_FILE),
        body(field("a", b""), field("a", b"2"), field("b", b"\r\n\r\n")),
        body(field("имя", b"\xff\xfe")),
        body(field("a", b"-- b"), field("c", b"b--")),
    ],
)
def test_it_reads_as_the_library_does(content: bytes) -> None:
    read = read_small_form(content, b"b", 10)
    assert read is not None
    _, form, files = FormDataParser().parse(BytesIO(content), "multipart/form-data", len(content), {"boundary": "b"})
    assert read[0] == form
    assert emptied(read[1]) == emptied(files)


def emptied(files: MultiDict[str, FileStorage]) -> list[tuple[str, str | None, bytes]]:
    """What the files are called and hold; they are closed."""
    found = [(name, file.filename, file.read()) for name, file in files.items(multi=True)]
    for file in files.values():
        file.close()
    return found


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"preamble\r\n" + body(field("a", b"1")),
        body(field("a", b"1"))[:-4],
        body(field("a", b"1")) + b"epilogue",
        body(field("a%22", b"1")),
        body(b'content-disposition: form-data; name="a"\r\n\r\n1'),
        body(b'Content-Disposition: form-data; name="a"; filename="x.jpg"\r\nContent-Type: image/jpeg\r\n\r\nxx'),
        body(EMPTY_FILE + b"not empty"),
        body(field("a", b"see --bother")),
        body(field("a", b"1\r\n--b \r\nContent-Disposition: form-data")),
        body(*(field("a", b"1") for _ in range(11))),
    ],
)
def test_what_is_not_plain_is_left_to_the_library(content: bytes) -> None:
    assert read_small_form(content, b"b", 10) is None


def test_the_library_reads_what_is_left_to_it() -> None:
    data = {"a": "1", "photos": (BytesIO(b"xx"), "x.jpg")}
    builder = EnvironBuilder(method="POST", data=data)
    request = FormRequest(builder.get_environ())
    assert request.form["a"] == "1"
    assert request.files["photos"].read() == b"xx"
    request.close()
    builder.close()
