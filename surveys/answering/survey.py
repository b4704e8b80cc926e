"""`/s/<token>`: the survey. GET shows and writes no answer; POST saves, sends, switches the language, drops a photo."""

from contextlib import suppress
from datetime import datetime

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from feedback.clock import utc_now
from feedback.db import transaction
from feedback.db.reading import reading
from feedback.errors import Conflict
from feedback.http.languages import LANGUAGES
from surveys.answering import kind_pages
from surveys.answering.blueprint import public
from surveys.answering.doors import Door, door
from surveys.answering.filling import Filling, filling_from_post, filling_from_store
from surveys.answering.language import page_language
from surveys.answering.limits import PER_TOKEN, UNKNOWN_PER_ADDRESS, Counter
from surveys.answering.links import bought_goods, find_visit, find_visit_with_goods
from surveys.answering.resending import resend_page
from surveys.answering.saving import save
from surveys.answering.survey_page import page_key, survey_page
from surveys.invitations.arrival import mark_opened
from surveys.invitations.models import InvitationState
from surveys.invitations.trapping import mark_trapped
from surveys.responses.given import Submission

_posts = Counter(PER_TOKEN)
_guesses = Counter(UNKNOWN_PER_ADDRESS)
UNAVAILABLE = (OperationalError, PoolTimeout)


@public.get("/s/<token>")
def show(token: str) -> ResponseReturnValue:
    now = utc_now()
    with reading() as connection:
        visit, goods = find_visit_with_goods(connection, token)
        if visit is None:
            return kind_pages.unknown(token)
        at = door(visit, now)
        if at is Door.THANKED and "change" not in request.args:
            return redirect(url_for("public.thanks", token=token))
        if at not in (Door.OPEN, Door.THANKED):
            return kind_pages.closed(at, visit)
        filling = filling_from_store(connection, visit, page_language(visit))
        page = survey_page(connection, token, filling, goods, now)
    if visit.state == InvitationState.PLANNED:
        _prove_arrival(visit.invitation_id, now)
    return page


def _prove_arrival(invitation_id: int, now: datetime) -> None:
    """The link of a letter whose sending is uncertain was followed, so the letter arrived."""
    with suppress(*UNAVAILABLE), transaction() as session:
        mark_opened(session, invitation_id, now)


@public.post("/s/<token>")
def answer(token: str) -> ResponseReturnValue:
    if not _posts.allows(token):
        return resend_page(token, 429)
    try:
        return _answer(token, utc_now())
    except UNAVAILABLE:  # the form itself could not be read from the database
        return resend_page(token, 503)


def _answer(token: str, now: datetime) -> ResponseReturnValue:
    with reading() as connection:
        visit = find_visit(connection, token)
        if visit is None:
            return kind_pages.unknown(token) if _guesses.allows(request.remote_addr or "") else resend_page(token, 429)
        at = door(visit, now)
        if at is Door.ANSWERED:
            return redirect(url_for("public.thanks", token=token), 303)
        if at is Door.WITHDRAWN:
            return kind_pages.closed(at, visit)
        filling = filling_from_post(connection, visit, page_language(visit), now)
    return _act(token, filling, now)


def _act(token: str, filling: Filling, now: datetime) -> ResponseReturnValue:
    act = request.form.get("act", "send")
    if act.startswith("lang-") and act[5:] in LANGUAGES:
        return _show_again(token, filling.in_language(act[5:]), now)
    if act.startswith("drop-"):
        return _show_again(token, filling.without_photo(act[5:]), now)
    is_complete = act != "save" or filling.visit.completed_at is not None
    problems = filling.problems(is_complete=is_complete)
    if problems:
        return _show_again(token, filling.with_problems(problems), now, 422)
    return _save(token, filling, is_complete, now)


def _save(token: str, filling: Filling, is_complete: bool, now: datetime) -> ResponseReturnValue:
    try:
        _store(filling, filling.submission(is_complete=is_complete, key=page_key(), now=now), now)
    except UNAVAILABLE:
        return _show_again(token, filling.not_stored(), now, 503)
    except Conflict:  # answered meanwhile on another device, and the time for changes is over
        is_complete = True
    return redirect(url_for("public.thanks" if is_complete else "public.saved", token=token), 303)


def _show_again(token: str, filling: Filling, now: datetime, status: int = 200) -> ResponseReturnValue:
    with reading() as connection:
        goods = bought_goods(connection, filling.visit.purchase_id) if filling.is_stored else ()
        return survey_page(connection, token, filling, goods, now, status)


def _store(filling: Filling, submission: Submission, now: datetime) -> None:
    """Two devices may send together: the second try finds the first one's answer and changes it."""
    try:
        with transaction() as session:
            save(session, filling, submission, now)
    except IntegrityError:
        with transaction() as session:
            save(session, filling, submission, now)


@public.get("/s/<token>/saved")
def saved(token: str) -> ResponseReturnValue:
    with reading() as connection:
        visit = find_visit(connection, token)
    if visit is None:
        return kind_pages.unknown(token)
    at = door(visit, utc_now())
    if at is Door.THANKED:
        return redirect(url_for("public.thanks", token=token))
    if at is not Door.OPEN:
        return kind_pages.closed(at, visit)
    if visit.response_id is None:  # nothing was saved yet
        return redirect(url_for("public.show", token=token))
    return kind_pages.saved(token, visit)


@public.get("/s/<token>/skip")
def skip(token: str) -> ResponseReturnValue:
    """The link that people do not see. Following it writes no answer: it only marks the invitation, for `bots`."""
    with reading() as connection:
        visit = find_visit(connection, token)
    if visit is None:
        return kind_pages.unknown(token)
    with transaction() as session:
        mark_trapped(session, visit.invitation_id, utc_now())
    return kind_pages.nothing_here(token, visit)
