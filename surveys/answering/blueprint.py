"""The blueprint of the public pages. Personal pages are kept out of search engines."""

from flask import Blueprint, Response, request

public = Blueprint("public", __name__)
OPEN_PAGES = frozenset({"public.how_we_collect_reviews", "public.privacy", "public.draws", "public.draw"})


@public.after_request
def keep_out_of_search(response: Response) -> Response:
    if request.endpoint not in OPEN_PAGES:
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
