from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.errors import Invalid, NotFound
from feedback.secrets import hash_token
from feedback.staff.api_keys import Scope, create_key, find_key, is_use_stale, note_use, revoke_key
from feedback.staff.models import ApiKey
from tests.builders import NOW


def test_only_the_hash_of_a_key_is_kept(session: Session) -> None:
    row, key = create_key(session, "1C", ["all"], NOW)
    assert key.startswith("otk_")
    assert len(key) >= 46
    kept = session.execute(select(ApiKey.name, ApiKey.prefix, ApiKey.key_hash)).one()
    assert kept == ("1C", key[:10], hash_token(key))
    known = find_key(session, key)
    assert known is not None
    assert known.id == row.id


def test_a_key_may_what_its_scopes_say(session: Session) -> None:
    _, narrow = create_key(session, "shop", ["purchases:write", "metrics:read"], NOW)
    _, wide = create_key(session, "1C", ["all"], NOW)
    few, every = find_key(session, narrow), find_key(session, wide)
    assert few is not None
    assert every is not None
    assert [scope for scope in Scope if few.may(scope)] == ["purchases:write", "metrics:read"]
    assert all(every.may(scope) for scope in Scope)


def test_a_revoked_key_is_unknown_at_once(session: Session) -> None:
    row, key = create_key(session, "1C", ["all"], NOW)
    revoke_key(session, row.prefix, NOW)
    assert find_key(session, key) is None
    with pytest.raises(NotFound):
        revoke_key(session, row.prefix, NOW)


@pytest.mark.parametrize("key", ["", "otk_", "otk_" + "x" * 43, "\x00", "ключ"])
def test_other_words_are_no_keys(session: Session, key: str) -> None:
    create_key(session, "1C", ["all"], NOW)
    assert find_key(session, key) is None


@pytest.mark.parametrize(("name", "scopes"), [("x", ["everything"]), ("x", []), (" ", ["all"]), ("x" * 201, ["all"])])
def test_wrong_keys_are_not_made(session: Session, name: str, scopes: list[str]) -> None:
    with pytest.raises(Invalid):
        create_key(session, name, scopes, NOW)


def test_the_last_use_is_noted_to_the_minute(session: Session) -> None:
    row, key = create_key(session, "1C", ["all"], NOW)
    for seconds, is_stale in ((0, True), (30, False), (61, True)):
        known = find_key(session, key)
        assert known is not None
        assert is_use_stale(known, NOW + timedelta(seconds=seconds)) == is_stale
        if is_stale:
            note_use(session, row.id, NOW + timedelta(seconds=seconds))
    assert session.scalar(select(ApiKey.last_used_at)) == NOW + timedelta(seconds=61)
