"""The jobs, in the order in which the work flows."""

from datetime import timedelta

from feedback.conversations.analysing import analyse_chats
from feedback.conversations.model import chosen_analyser
from feedback.conversations.reanalyses import open_reanalysis
from feedback.db import db, transaction
from feedback.draws.opening import close_due
from feedback.draws.winners import lapse_due
from feedback.http.limits import sweep_counters
from feedback.jobs.running import Job, Turn
from feedback.messages.sending import send_due
from feedback.points.accruing import accrue_purchases, accrue_returns
from feedback.points.debts import settle_due
from feedback.points.expiring import activate_due
from feedback.points.expiring import expire_due as expire_lots
from feedback.points.guard import guard_new
from feedback.points.sweeps import sweep_due
from surveys.invitations.arrival import confirm_arrivals
from surveys.invitations.expiry import expire_due
from surveys.invitations.planning import plan_due
from surveys.invitations.reminders import remind_due
from surveys.invitations.sending import queue_due_invitations
from surveys.responses.analysing import analyse_answers
from surveys.responses.entering import enter_reviews
from surveys.responses.reanalysing import reanalyse_due
from surveys.responses.theming import match_again

MESSAGES_A_TURN = 1000


def _plan_invitations(turn: Turn) -> int:
    with transaction() as session:
        return plan_due(session, turn.now, turn.settings.secret_key)


def _expire_invitations(turn: Turn) -> int:
    with transaction() as session:
        return expire_due(session, turn.now)


def _queue_invitations(turn: Turn) -> int:
    with transaction() as session:
        return queue_due_invitations(session, turn.now)


def _queue_reminders(turn: Turn) -> int:
    with transaction() as session:
        return remind_due(session, turn.now)


def _confirm_arrivals(turn: Turn) -> int:
    with transaction() as session:
        return confirm_arrivals(session, turn.now)


def _send_messages(turn: Turn) -> int:
    return send_due(now=turn.now, settings=turn.settings, limit=MESSAGES_A_TURN, is_stopping=turn.is_stopping)


def _analyse_answers(turn: Turn) -> int:
    return analyse_answers(turn.now, chosen_analyser(turn.settings))


def _analyse_chats(turn: Turn) -> int:
    return analyse_chats(turn.now, chosen_analyser(turn.settings))


def _match_themes(turn: Turn) -> int:
    return match_again(turn.now)


def _reanalyse(turn: Turn) -> int:
    if open_reanalysis(db.session()) is None:  # before the model is asked for its version
        return 0
    return reanalyse_due(turn.now, chosen_analyser(turn.settings))


def _enter_draws(turn: Turn) -> int:
    with transaction() as session:
        return enter_reviews(session, turn.now)


def _close_draws(turn: Turn) -> int:
    with transaction() as session:
        return close_due(session, turn.now)


def _lapse_prizes(turn: Turn) -> int:
    with transaction() as session:
        return lapse_due(session, turn.settings.secret_key, turn.now)


def _accrue_purchases(turn: Turn) -> int:
    with transaction() as session:
        return accrue_purchases(session, turn.now)


def _accrue_returns(turn: Turn) -> int:
    with transaction() as session:
        return accrue_returns(session, turn.now)


def _turn_lots(turn: Turn) -> int:
    with transaction() as session:
        done = activate_due(session, turn.now)
        done += expire_lots(session, turn.now)
        return done + settle_due(session, turn.now)


def _guard_points(turn: Turn) -> int:
    with transaction() as session:
        return guard_new(session, turn.now)


def _sweep_points(turn: Turn) -> int:
    with transaction() as session:
        return sweep_due(session, turn.now)


def _sweep_rate_counters(turn: Turn) -> int:
    return sweep_counters(turn.now)


JOBS = (
    Job("plan_invitations", _plan_invitations, timedelta(seconds=15)),
    Job("expire_invitations", _expire_invitations, timedelta(minutes=5)),
    Job("queue_invitations", _queue_invitations, timedelta(seconds=15)),
    Job("queue_reminders", _queue_reminders, timedelta(minutes=1)),
    Job("confirm_arrivals", _confirm_arrivals, timedelta(minutes=1)),
    Job("send_messages", _send_messages, timedelta(seconds=2), is_shared=True),
    Job("analyse_answers", _analyse_answers, timedelta(seconds=2), is_shared=True),
    Job("analyse_chats", _analyse_chats, timedelta(seconds=2), is_shared=True),
    Job("match_themes", _match_themes, timedelta(seconds=10)),
    Job("reanalyse", _reanalyse, timedelta(seconds=15), is_shared=True),
    Job("enter_draws", _enter_draws, timedelta(minutes=1)),
    Job("close_draws", _close_draws, timedelta(minutes=5)),
    Job("lapse_prizes", _lapse_prizes, timedelta(minutes=5)),
    Job("accrue_purchases", _accrue_purchases, timedelta(seconds=15)),
    Job("accrue_returns", _accrue_returns, timedelta(seconds=15)),
    Job("turn_lots", _turn_lots, timedelta(minutes=1)),
    Job("guard_points", _guard_points, timedelta(minutes=1)),
    Job("sweep_points", _sweep_points, timedelta(minutes=1)),
    Job("sweep_rate_counters", _sweep_rate_counters, timedelta(minutes=5)),
)
