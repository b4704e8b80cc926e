"""Who may do what: the one table of permissions. Routes name an act; a role has acts; nothing else decides."""

from collections.abc import Iterable
from enum import StrEnum

from feedback.staff.roles import RoleName


class Act(StrEnum):
    """Something a member of staff can do or see."""

    VIEW_DASHBOARD = "view_dashboard"
    VIEW_REPORTS = "view_reports"
    EXPORT = "export"
    VIEW_QUEUE = "view_queue"
    WORK_CASE = "work_case"  # claim, note, write, call, wait, release
    CLOSE_CASE = "close_case"  # close and reopen
    ASSIGN_CASE = "assign_case"  # give a case to somebody else, take it from an owner, raise its priority
    COMPENSATE = "compensate"
    APPROVE_COMPENSATION = "approve_compensation"
    CORRECT_ANALYSIS = "correct_analysis"  # say what a text means where the analysis is wrong, or that it is right
    VIEW_CUSTOMER = "view_customer"
    EDIT_CUSTOMER = "edit_customer"
    HANDLE_PRIVACY = "handle_privacy"  # export and erase a person
    VIEW_SURVEYS = "view_surveys"
    EDIT_SURVEYS = "edit_surveys"
    VIEW_MESSAGES = "view_messages"
    RESEND_MESSAGE = "resend_message"
    VIEW_POINTS = "view_points"
    REDEEM_POINTS = "redeem_points"  # at the till: pay with a customer's points, note a visit
    GRANT_POINTS = "grant_points"  # by hand, with a reason, up to the limit of the role
    JUDGE_POINTS = "judge_points"  # release or refuse held points
    EDIT_POINTS = "edit_points"
    VIEW_DRAWS = "view_draws"
    EDIT_DRAW_RULES = "edit_draw_rules"
    RUN_DRAW = "run_draw"
    IMPORT = "import"
    MANAGE_STAFF = "manage_staff"
    MANAGE_SETTINGS = "manage_settings"
    EDIT_THEMES = "edit_themes"
    MANAGE_KEYS = "manage_keys"
    VIEW_AUDIT = "view_audit"


PERMISSIONS: dict[RoleName, frozenset[Act]] = {
    RoleName.ADVOCATE: frozenset({
        Act.VIEW_DASHBOARD, Act.VIEW_REPORTS, Act.EXPORT,
        Act.VIEW_QUEUE, Act.WORK_CASE, Act.CLOSE_CASE, Act.ASSIGN_CASE, Act.COMPENSATE, Act.APPROVE_COMPENSATION,
        Act.CORRECT_ANALYSIS, Act.VIEW_CUSTOMER, Act.EDIT_CUSTOMER, Act.VIEW_SURVEYS, Act.VIEW_MESSAGES,
        Act.RESEND_MESSAGE, Act.VIEW_POINTS, Act.REDEEM_POINTS, Act.GRANT_POINTS, Act.JUDGE_POINTS, Act.VIEW_DRAWS,
    }),
    RoleName.AGENT: frozenset({
        Act.VIEW_QUEUE, Act.WORK_CASE, Act.CLOSE_CASE, Act.COMPENSATE, Act.CORRECT_ANALYSIS, Act.VIEW_CUSTOMER,
        Act.VIEW_POINTS, Act.REDEEM_POINTS, Act.GRANT_POINTS,
    }),
    RoleName.PRIZE_MANAGER: frozenset({
        Act.VIEW_DASHBOARD, Act.VIEW_DRAWS, Act.EDIT_DRAW_RULES, Act.RUN_DRAW, Act.VIEW_POINTS,
    }),
    RoleName.ANALYST: frozenset({
        Act.VIEW_DASHBOARD, Act.VIEW_REPORTS, Act.EXPORT, Act.VIEW_SURVEYS,
    }),
    RoleName.ADMIN: frozenset({
        Act.VIEW_DASHBOARD, Act.VIEW_REPORTS, Act.EXPORT, Act.VIEW_QUEUE, Act.ASSIGN_CASE,
        Act.CORRECT_ANALYSIS, Act.EDIT_THEMES, Act.VIEW_CUSTOMER, Act.EDIT_CUSTOMER, Act.HANDLE_PRIVACY,
        Act.VIEW_SURVEYS, Act.EDIT_SURVEYS,
        Act.VIEW_MESSAGES, Act.RESEND_MESSAGE,
        Act.VIEW_POINTS, Act.REDEEM_POINTS, Act.GRANT_POINTS, Act.JUDGE_POINTS, Act.EDIT_POINTS,
        Act.VIEW_DRAWS, Act.EDIT_DRAW_RULES,
        Act.IMPORT, Act.MANAGE_STAFF, Act.MANAGE_SETTINGS, Act.MANAGE_KEYS, Act.VIEW_AUDIT,
    }),
}  # fmt: skip


def may(roles: Iterable[str], act: Act) -> bool:
    """Whether somebody with these roles may do the act; an unknown role may do nothing."""
    held = frozenset(roles)
    return any(act in acts for role, acts in PERMISSIONS.items() if role in held)
