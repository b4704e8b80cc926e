"""The staff's navigation: one list; a page shows what exists and what the reader's role may open."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from feedback.http.auth import may_i
from feedback.staff.permissions import Act


@dataclass(frozen=True)
class Place:
    """A page of the navigation: its endpoint, its words, the act it needs and the path of its 16 px icon."""

    endpoint: str
    label: LazyString
    act: Act
    icon: str


@dataclass(frozen=True)
class Link:
    """A place as the reader sees it."""

    url: str
    label: str
    icon: str
    is_current: bool
    endpoint: str


ICONS = {
    "queue": "M2.5 9.5h3l1 2h3l1-2h3M2.5 9.5 4.5 3h7l2 6.5V13h-11z",
    "dashboard": "M2.5 13.5v-5M6.2 13.5v-10M9.8 13.5v-7M13.5 13.5v-11",
    "customers": "M8 8a2.75 2.75 0 1 0 0-5.5A2.75 2.75 0 0 0 8 8zM2.5 14c.6-2.6 2.8-4 5.5-4s4.9 1.4 5.5 4",
    "problems": "M8 2.5 14 13.5H2zM8 7v3M8 12v0",
    "insights": "M2.5 11.5 6 7.5l3 2.5 4.5-6M10.5 4h3v3",
    "surveys": "M4 2.5h8v11H4zM6.5 6h3M6.5 9h3",
    "responses": "M2.5 3h11v8h-6l-3 2.5V11h-2zM5.5 6h5M5.5 8.5h3",
    "messages": "M2.5 4h11v8.5h-11zM2.5 4.5 8 9l5.5-4.5",
    "points": "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM6.5 10.5v-5h2a1.5 1.5 0 0 1 0 3h-2",
    "draws": "M5 2.5h6v4a3 3 0 0 1-6 0zM5 4H2.5c0 2 1 3 2.5 3M11 4h2.5c0 2-1 3-2.5 3M8 9.5v2M5.5 13.5h5",
    "settings": "M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6M10 3v3M6 10v3",
}

GROUPS: Sequence[tuple[LazyString | None, Sequence[Place]]] = (
    (None, (
        Place("queue.index", _l("Queue"), Act.VIEW_QUEUE, "queue"),
        Place("dashboard.index", _l("Overview"), Act.VIEW_DASHBOARD, "dashboard"),
        Place("customers.index", _l("Customers"), Act.VIEW_CUSTOMER, "customers"),
        Place("problems.index", _l("Problems"), Act.VIEW_QUEUE, "problems"),
    )),
    (_l("Understand"), (
        Place("insights.index", _l("Insights"), Act.VIEW_REPORTS, "insights"),
        Place("responses.index", _l("Answers"), Act.VIEW_REPORTS, "responses"),
        Place("surveys.index", _l("Surveys"), Act.VIEW_SURVEYS, "surveys"),
        Place("messages.index", _l("Messages"), Act.VIEW_MESSAGES, "messages"),
    )),
    (_l("Programme"), (
        Place("points.index", _l("Points"), Act.VIEW_POINTS, "points"),
        Place("draws.index", _l("Contest"), Act.VIEW_DRAWS, "draws"),
        Place("settings.index", _l("Settings"), Act.MANAGE_SETTINGS, "settings"),
    )),
)  # fmt: skip


def navigation() -> list[tuple[str | None, list[Link]]]:
    """The groups with the places this reader may open."""
    groups = []
    for title, places in GROUPS:
        links = [_link(place) for place in places if place.endpoint in current_app.view_functions and may_i(place.act)]
        if links:
            groups.append((str(title) if title else None, links))
    return groups


def first_page() -> str:
    """Where a reader lands after logging in: the first place they may open, else their own account."""
    for _, links in navigation():
        return links[0].url
    return url_for("account.show")


def _link(place: Place) -> Link:
    is_current = (request.blueprint or "") == place.endpoint.partition(".")[0]
    return Link(url_for(place.endpoint), str(place.label), ICONS[place.icon], is_current, place.endpoint)
