"""The audit in the reader's words: what was done, and on what."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import pgettext

_ACT: dict[str, Any] = {
    "case_claimed": _l("claimed a case"),
    "case_released": _l("gave a case back to the queue"),
    "case_assigned": _l("assigned a case"),
    "case_priority": _l("raised the priority of a case"),
    "case_note": _l("wrote a note in a case"),
    "case_message": _l("wrote to a customer"),
    "case_call": _l("logged a call"),
    "case_waiting": _l("paused the clocks of a case"),
    "case_resumed": _l("let the clocks of a case run on"),
    "case_compensated": _l("compensated a customer"),
    "case_closed": _l("closed a case"),
    "case_reopened": _l("opened a case again"),
    "read_case": _l("read a case"),
    "read_customer": _l("read a customer’s page"),
    "change_preferences": _l("changed what is noted of a customer"),
    "judge_text": _l("judged the analysis of a text"),
    "undo_judgement": _l("took a judgement of the analysis back"),
    "send_message_again": _l("sent a message again"),
    "log_in": _l("logged in"),
    "log_out": _l("logged out"),
    "change_own_account": _l("changed the own account"),
    "change_own_password": _l("changed the own password"),
    "turn_on_second_factor": _l("turned two-step login on"),
    "turn_off_second_factor": _l("turned two-step login off"),
    "change_company": _l("changed the company’s settings"),
    "add_user": _l("added an account"),
    "change_roles": _l("changed the roles of an account"),
    "enable_user": _l("let an account in again"),
    "disable_user": _l("disabled an account"),
    "reset_password": _l("gave an account a new password"),
    "create_api_key": _l("made an API key"),
    "revoke_api_key": _l("revoked an API key"),
    "add_theme": _l("added a theme"),
    "change_theme": _l("changed a theme"),
    "enable_theme": _l("switched a theme on"),
    "disable_theme": _l("switched a theme off"),
    "delete_theme": _l("deleted a theme"),
    "plan_draw": _l("prepared a draw"),
    "edit_draw_terms": _l("edited the terms of a draw"),
    "open_draw": _l("opened a draw"),
    "freeze_shortlist": _l("froze the shortlist of a draw"),
    "run_draw": _l("computed the result of a draw"),
    "publish_draw": _l("published the result of a draw"),
    "add_judge": _l("called a judge"),
    "remove_judge": _l("removed a judge"),
    "declare_conflict": _l("did not judge an entry of somebody known"),
    "exclude_entry": _l("kept an entry out of a draw"),
    "include_entry": _l("let an entry into a draw again"),
    "hand_over_prize": _l("handed a prize over"),
    "pass_over_winner": _l("gave a prize to the next code"),
    "export_corrections": _l("exported people’s corrections"),
    "api_read_responses": _l("read answers over the API"),
    "api_read_cases": _l("read cases over the API"),
    "api_read_customer": _l("read a customer over the API"),
    "api_redeem_points": _l("spent a customer’s points over the API"),
    "redeem_points": _l("spent a customer’s points at the till"),
    "read_points_card": _l("opened a customer’s card at the till"),
    "note_visit": _l("thanked a customer for a visit"),
    "grant_points": _l("granted or took points by hand"),
    "release_points": _l("gave held points to the customer"),
    "refuse_points": _l("refused held points"),
    "change_points_rule": _l("changed a rule of points"),
    "api_read_points": _l("read a customer’s points over the API"),
}


def act_words(act: str) -> str:
    """What was done; an act that is not known here stands as it was written."""
    return str(_ACT.get(act, act))


def object_words(kind: str | None) -> str:
    """The kind of thing it was done to."""
    words = {
        "case": pgettext("audit", "case"),
        "customer": pgettext("audit", "customer"),
        "user": pgettext("audit", "account"),
        "api_key": pgettext("audit", "API key"),
        "theme": pgettext("audit", "theme"),
        "draw": pgettext("audit", "draw"),
        "message": pgettext("audit", "message"),
        "answer": pgettext("audit", "answer"),
        "chat": pgettext("audit", "chat"),
    }
    return words.get(kind, kind) if kind else ""
