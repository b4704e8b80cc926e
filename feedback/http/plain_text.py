"""Staff pages and the login refuse NUL characters before a view reads them: PostgreSQL would break on them.

Nobody types them; programs that look for holes send them. Public forms take them out instead, so that no answer is
lost, and the API says which field holds them.
"""

from flask import Flask, abort, request

from feedback.http.csrf import OPEN_PATHS

NUL = "\x00"


def install(app: Flask) -> None:
    """Look at every request to the staff's side."""
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    if request.endpoint is None or request.path.startswith(OPEN_PATHS):
        return
    sent = [request.path, *request.args.values(), *(value for _name, value in request.form.items(multi=True))]
    if any(NUL in text for text in sent):
        abort(400)
