"""Reading of posted forms: a short way for small multipart forms without files, the library's way for all others.

A form with a file field is multipart even where no file was chosen, and the library's reader is made for large uploads.
The short way takes only what it reads beyond doubt: a form that is complete, small and plainly written.
"""

import re
from io import BytesIO
from typing import IO

from flask import Flask, Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser

SMALL = 128 * 1024
_PART = re.compile(
    rb'Content-Disposition: form-data; name="([^"%\\\r\n]+)"'
    rb'(; filename=""\r\nContent-Type: application/octet-stream)?\r\n\r\n(.*)',
    re.DOTALL,
)


class FormReader(FormDataParser):
    """The library's parser with the short way in front."""

    def _parse_multipart(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        boundary = options.get("boundary", "").encode("ascii", "replace")
        if not boundary or content_length is None or content_length > SMALL:
            return super()._parse_multipart(stream, mimetype, content_length, options)
        body = stream.read(content_length)
        read = read_small_form(body, boundary, self.max_form_parts)
        if read is None:
            return super()._parse_multipart(BytesIO(body), mimetype, len(body), options)
        return stream, *read


class FormRequest(Request):
    """A request whose forms are read by `FormReader`."""

    form_data_parser_class = FormReader


def install(app: Flask) -> None:
    """Let the application read its forms so."""
    app.request_class = FormRequest


def read_small_form(
    body: bytes, boundary: bytes, most_parts: int | None
) -> tuple[MultiDict[str, str], MultiDict[str, FileStorage]] | None:
    """Fields and empty files of a multipart body; None where anything in it is not as plain as expected."""
    line = b"--" + boundary
    if not body.startswith(line + b"\r\n") or not body.endswith(b"\r\n" + line + b"--\r\n"):
        return None
    parts = body[len(line) + 2 : -len(line) - 6].split(b"\r\n" + line + b"\r\n")
    if most_parts is not None and len(parts) > most_parts:
        return None
    fields: list[tuple[str, str]] = []
    files: list[tuple[str, FileStorage]] = []
    for part in parts:
        read = _PART.fullmatch(part)
        if read is None or line in part:
            return None
        name = read[1].decode("utf-8", "replace")
        if read[2] is None:
            fields.append((name, read[3].decode("utf-8", "replace")))
        elif read[3]:
            return None
        else:
            files.append((name, _empty_file(name)))
    return MultiDict(fields), MultiDict(files)


def _empty_file(name: str) -> FileStorage:
    return FileStorage(BytesIO(), filename="", name=name, content_type="application/octet-stream")
