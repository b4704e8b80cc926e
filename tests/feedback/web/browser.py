"""A person at a browser without scripts: keeps cookies, follows forms with their tokens, each request on its own."""

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
NONCE = re.compile(r'name="nonce" value="([^"]+)"')
PASSWORD = "correct horse battery"


class Browser:
    """`get` opens a page; `submit` posts a form with the token of the last page."""

    def __init__(self, app: Flask) -> None:
        self.app, self.client = app, app.test_client()
        self.page = ""

    def get(self, address: str, **kwargs: Any) -> TestResponse:
        with self.app.app_context():  # a context of its own, as in a real server
            return self._kept(self.client.get(address, **kwargs))

    def submit(self, address: str, **fields: Any) -> TestResponse:
        token = TOKEN.search(self.page)
        assert token, "no form on the last page"
        return self.post(address, {"csrf_token": token[1], **fields})

    def post(self, address: str, fields: dict[str, Any]) -> TestResponse:
        with self.app.app_context():
            return self._kept(self.client.post(address, data=fields))

    def log_in(self, email: str, password: str = PASSWORD, **fields: Any) -> TestResponse:
        self.get("/login", headers={"Accept-Language": "en"})
        return self.submit("/login", email=email, password=password, **fields)

    def nonce(self) -> str:
        found = NONCE.search(self.page)
        assert found
        return found[1]

    def _kept(self, response: TestResponse) -> TestResponse:
        if response.status_code != 303 and response.mimetype == "text/html":
            self.page = response.text
        response.get_data()
        response.close()
        return response
