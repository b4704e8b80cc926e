import pytest
from sqlalchemy.orm import Session

from feedback.errors import Conflict, Invalid, NotFound
from feedback.staff.accounts import add_user, get_user, new_password, set_roles
from tests.builders import NOW


def test_an_account_keeps_its_address_small_and_its_password_hashed(session: Session) -> None:
    user = add_user(session, " Irina@Company.Example ", ["advocate"], "correct horse battery", NOW)
    assert user.email == "irina@company.example"
    assert (user.password or "").startswith("$argon2id$")
    assert get_user(session, "IRINA@company.example").id == user.id


def test_the_same_address_twice_is_refused(session: Session) -> None:
    add_user(session, "a@company.example", ["agent"], "correct horse battery", NOW)
    with pytest.raises(Conflict):
        add_user(session, "A@company.example", ["agent"], "correct horse battery", NOW)


@pytest.mark.parametrize(
    ("email", "roles", "password", "field"),
    [
        ("not an address", ["agent"], "correct horse battery", "email"),
        ("a@company.example", ["boss"], "correct horse battery", "roles"),
        ("a@company.example", [], "correct horse battery", "roles"),
        ("a@company.example", ["agent"], "short", "password"),
        ("a@company.example", ["agent"], "x" * 201, "password"),
    ],
)
def test_wrong_values_are_refused_by_their_field(
    session: Session, email: str, roles: list[str], password: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        add_user(session, email, roles, password, NOW)
    assert list(refused.value.errors) == [field]


def test_roles_are_replaced(session: Session) -> None:
    user = add_user(session, "a@company.example", ["agent"], "correct horse battery", NOW)
    set_roles(session, user, ["analyst", "admin"])
    assert sorted(role.name for role in user.roles) == ["admin", "analyst"]


def test_an_unknown_account_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        get_user(session, "nobody@company.example")


def test_made_passwords_are_long_and_differ() -> None:
    made = {new_password() for _ in range(50)}
    assert len(made) == 50
    assert {len(password) for password in made} == {16}
