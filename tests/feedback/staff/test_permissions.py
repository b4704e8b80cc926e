import pytest

from feedback.staff.permissions import PERMISSIONS, Act, may
from feedback.staff.roles import RoleName

CHANGES = {
    Act.WORK_CASE, Act.CLOSE_CASE, Act.ASSIGN_CASE, Act.COMPENSATE, Act.APPROVE_COMPENSATION, Act.EDIT_CUSTOMER,
    Act.HANDLE_PRIVACY, Act.EDIT_SURVEYS, Act.RESEND_MESSAGE, Act.EDIT_POINTS, Act.EDIT_DRAW_RULES, Act.RUN_DRAW,
    Act.IMPORT, Act.MANAGE_STAFF, Act.MANAGE_SETTINGS, Act.MANAGE_KEYS,
}  # fmt: skip


def test_every_role_has_its_row_and_every_act_somebody_who_may() -> None:
    assert set(PERMISSIONS) == set(RoleName)
    assert set().union(*PERMISSIONS.values()) == set(Act)


def test_an_analyst_changes_nothing() -> None:
    assert not PERMISSIONS[RoleName.ANALYST] & CHANGES


@pytest.mark.parametrize(
    ("role", "act", "allowed"),
    [
        ("advocate", Act.CLOSE_CASE, True),
        ("advocate", Act.MANAGE_STAFF, False),
        ("agent", Act.WORK_CASE, True),
        ("agent", Act.ASSIGN_CASE, False),
        ("agent", Act.VIEW_DASHBOARD, False),
        ("agent", Act.EXPORT, False),
        ("prize_manager", Act.RUN_DRAW, True),
        ("prize_manager", Act.VIEW_CUSTOMER, False),
        ("analyst", Act.VIEW_REPORTS, True),
        ("analyst", Act.VIEW_CUSTOMER, False),
        ("admin", Act.MANAGE_KEYS, True),
        ("admin", Act.RUN_DRAW, False),
        ("nobody", Act.VIEW_DASHBOARD, False),
    ],
)
def test_what_each_role_may(role: str, act: Act, allowed: bool) -> None:
    assert may([role], act) is allowed


def test_roles_add_up() -> None:
    assert may(["agent", "analyst"], Act.VIEW_REPORTS)
    assert may(["agent", "analyst"], Act.WORK_CASE)
    assert not may([], Act.VIEW_DASHBOARD)
