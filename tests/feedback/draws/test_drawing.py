"""Result, publication, claims: each once, by the right person, provable from the public file alone."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.customers.models import Customer
from feedback.draws import check_draw
from feedback.draws.drawing import freeze_shortlist, order_of, publish_draw, run_draw
from feedback.draws.jury import agreement, declare_conflict, give_marks, jury_standing, next_to_judge, remove_judge
from feedback.draws.models import Draw, DrawEditor, DrawEntry, DrawMark, DrawWinner
from feedback.draws.picking import pick
from feedback.draws.proof import proof_of, public_draws, public_places, runners_up
from feedback.draws.ranking import ranked
from feedback.draws.winners import claim_of, claim_prize, hand_over, lapse_due, pass_over, taxed
from feedback.errors import Conflict, Forbidden, Invalid, NotFound
from feedback.messages.models import Message
from feedback.secrets import link_token
from tests.builders import staff
from tests.feedback.draws.draws import AFTER, TENT, closed, entrants, judge_all, judges, opened

CODES = ("AAA", "BBB", "CCC", "DDD", "EEE")
SECRET_KEY = "k" * 32
SCRIPT = Path(check_draw.__file__)


def runner(session: Session) -> int:
    return staff(session, "prize_manager").id


def published(session: Session, *codes: str, **changes: Any) -> Draw:
    draw = closed(session, *codes, **changes)
    user_id = runner(session)
    run_draw(session, draw.id, user_id, AFTER)
    return publish_draw(session, draw.id, user_id, SECRET_KEY, AFTER)


def winners(session: Session) -> list[DrawWinner]:
    return list(session.scalars(select(DrawWinner).order_by(DrawWinner.position)))


def codes_of(session: Session, *states: str) -> list[str]:
    query = select(DrawEntry.code).join(DrawWinner, DrawWinner.entry_id == DrawEntry.id).order_by(DrawWinner.position)
    return list(session.scalars(query.where(DrawWinner.state.in_(states)) if states else query))


def token_of(winner: DrawWinner) -> str:
    return link_token(SECRET_KEY, "w", winner.nonce)


def test_it_works(session: Session) -> None:
    draw = published(session, *CODES)
    assert draw.secret is not None
    assert codes_of(session) == pick(CODES, draw.secret, 3)
    assert [(w.prize, w.value, w.state) for w in winners(session)] == [
        (0, 399_000, "drawn"), (1, 135_000, "drawn"), (2, 135_000, "drawn"),
    ]  # fmt: skip
    letters = session.scalars(select(Message).order_by(Message.id)).all()
    assert [(m.kind, m.customer_id, m.language) for m in letters] == [
        ("prize", w.customer_id, "ru") for w in winners(session)
    ]
    assert {w.claim_until for w in winners(session)} == {AFTER + timedelta(days=14)}


def test_who_has_edited_the_terms_cannot_run_it_whatever_the_role(session: Session) -> None:
    draw = closed(session, *CODES)
    editor = session.scalars(select(DrawEditor.user_id)).one()
    for act in (run_draw, freeze_shortlist):
        with pytest.raises(Forbidden):
            act(session, draw.id, editor, *([AFTER] if act is run_draw else []))  # type: ignore[operator]
    with pytest.raises(Forbidden):
        publish_draw(session, draw.id, editor, SECRET_KEY, AFTER)
    assert draw.state == "closed"


def test_each_act_is_done_once_and_in_its_order(session: Session) -> None:
    draw, user_id = opened(session), runner(session)
    entrants(session, draw, *CODES)
    with pytest.raises(Conflict, match="still takes entries"):
        run_draw(session, draw.id, user_id, AFTER)
    with pytest.raises(Conflict, match="Compute the result first"):
        publish_draw(session, draw.id, user_id, SECRET_KEY, AFTER)
    session.rollback()
    draw = published(session, *CODES)
    for act in (
        lambda: run_draw(session, draw.id, user_id, AFTER),
        lambda: publish_draw(session, draw.id, user_id, SECRET_KEY, AFTER),
        lambda: freeze_shortlist(session, draw.id, user_id),
    ):
        with pytest.raises(Conflict):
            act()
    assert len(winners(session)) == len(session.scalars(select(Message.id)).all()) == 3


@pytest.mark.parametrize("codes", [(), ("AAA",), ("AAA", "BBB")])
def test_fewer_entrants_than_prizes(session: Session, codes: tuple[str, ...]) -> None:
    draw = published(session, *codes)
    assert sorted(codes_of(session)) == list(codes)
    assert check_draw.faults(proof_of(session, draw)) == []
    assert runners_up(draw, public_places(session, draw)) == []


def test_a_contest_ranks_by_marks_and_draws_lots_among_equals(session: Session) -> None:
    draw = closed(session, *CODES, mode="contest")
    user_id = runner(session)
    with pytest.raises(Conflict, match="two judges"):
        run_draw(session, draw.id, user_id, AFTER)
    called = judges(session, draw)
    with pytest.raises(Conflict, match="not finished"):
        run_draw(session, draw.id, user_id, AFTER)
    judge_all(session, draw, called, DDD=5, BBB=4)
    run_draw(session, draw.id, user_id, AFTER)
    publish_draw(session, draw.id, user_id, SECRET_KEY, AFTER)
    assert draw.secret is not None
    lot = [code for code in pick(CODES, draw.secret, 5) if code in ("AAA", "CCC", "EEE")]
    assert order_of(draw, 5) == ["DDD", "BBB", *lot]
    assert codes_of(session) == ["DDD", "BBB", lot[0]]
    assert check_draw.order(proof_of(session, draw), 5) == order_of(draw, 5)


def test_a_shortlist_keeps_all_that_equal_its_last(session: Session) -> None:
    draw = closed(session, *CODES, mode="shortlist_draw", shortlist_size=2)
    user_id, called = runner(session), judges(session, draw)
    with pytest.raises(Conflict, match="Freeze the shortlist"):
        run_draw(session, draw.id, user_id, AFTER)
    judge_all(session, draw, called, DDD=5, BBB=4, AAA=4)
    freeze_shortlist(session, draw.id, user_id)
    assert draw.drawn_list == "AAA\nBBB\nDDD\n"
    entry = session.scalars(select(DrawEntry)).first()
    assert entry is not None
    with pytest.raises(Conflict, match="jury has finished"):
        give_marks(
            session, draw.id, entry.id, called[0].id, dict.fromkeys(("usefulness", "detail", "evidence"), 1), "", AFTER
        )
    run_draw(session, draw.id, user_id, AFTER)
    assert sorted(codes_of(session)) == ["AAA", "BBB", "DDD"]


def test_marks_progress_conflicts_and_agreement(session: Session) -> None:
    draw = closed(session, "AAA", "BBB", mode="contest")
    first, second, third = judges(session, draw, 3)
    a, b = session.scalars(select(DrawEntry).order_by(DrawEntry.code)).all()
    give = {"usefulness": 5, "detail": 4, "evidence": 1}
    give_marks(session, draw.id, a.id, first.id, give, " хорошо ", AFTER)
    give_marks(session, draw.id, a.id, first.id, give | {"evidence": 2}, "", AFTER)
    give_marks(session, draw.id, a.id, second.id, {"usefulness": 4, "detail": 4, "evidence": 4}, "", AFTER)
    declare_conflict(session, draw.id, b.id, first.id, AFTER)
    declare_conflict(session, draw.id, b.id, second.id, AFTER)
    assert agreement(session, draw.id) == (2, 3)
    assert next_to_judge(session, draw.id, first.id) is None
    assert next_to_judge(session, draw.id, third.id, after=a.id) == b.id
    standing = jury_standing(session, draw)
    assert {j.user_id: (j.done, j.conflicts) for j in standing.judges} == {
        first.id: (2, 1), second.id: (2, 1), third.id: (0, 0),
    }  # fmt: skip
    assert (standing.lacks, standing.short_of_judges) == ("marks", ("BBB",))
    judge_all(session, draw, [third])
    assert jury_standing(session, draw).lacks == "second_judge"
    with pytest.raises(Conflict, match="already given marks"):
        remove_judge(session, draw.id, first.id)


@pytest.mark.parametrize(
    "wrong", [{}, {"usefulness": 0, "detail": 3, "evidence": 3}, {"usefulness": 6, "detail": 3, "evidence": 3}]
)
def test_marks_are_whole_and_from_one_to_five(session: Session, wrong: dict[str, int]) -> None:
    draw = closed(session, "AAA", mode="contest")
    (judge, _), entry = judges(session, draw), session.scalars(select(DrawEntry)).one()
    with pytest.raises(Invalid):
        give_marks(session, draw.id, entry.id, judge.id, wrong, "", AFTER)
    assert session.scalars(select(DrawMark)).all() == []


def test_only_the_jury_judges(session: Session) -> None:
    draw = closed(session, "AAA", mode="contest")
    judges(session, draw)
    with pytest.raises(Forbidden):
        declare_conflict(session, draw.id, session.scalars(select(DrawEntry.id)).one(), runner(session), AFTER)


def test_claiming_is_once_and_keeps_the_consented_name(session: Session) -> None:
    published(session, *CODES)
    first = winners(session)[0]
    assert claim_prize(session, token_of(first), "  Ольга   К. ", AFTER).winner.state == "claimed"
    assert claim_prize(session, token_of(first), "", AFTER + timedelta(days=30)).winner.shown_name is None
    assert (first.claimed_at, first.shown_name) == (AFTER, None)
    with pytest.raises(NotFound):
        claim_prize(session, "nonsense", "", AFTER)
    assert claim_of(session, "nonsense", AFTER) is None
    with pytest.raises(Invalid):
        claim_prize(session, token_of(winners(session)[1]), "о" * 81, AFTER)


def test_an_unclaimed_prize_goes_to_the_next_code(session: Session) -> None:
    draw = published(session, *CODES)
    first, _second, third = winners(session)
    claim_prize(session, token_of(first), "", AFTER)
    claim_prize(session, token_of(third), "", AFTER)
    late = AFTER + timedelta(days=14)
    assert lapse_due(session, SECRET_KEY, late - timedelta(seconds=1)) == 0
    assert lapse_due(session, SECRET_KEY, late) == 1
    assert lapse_due(session, SECRET_KEY, late) == 0
    assert draw.secret is not None
    assert codes_of(session, "drawn") == [pick(CODES, draw.secret, 4)[3]]
    new = winners(session)[3]
    assert (new.prize, new.claim_until) == (1, late + timedelta(days=14))
    assert len(session.scalars(select(Message.id)).all()) == 4
    with pytest.raises(Conflict, match="is over"):
        claim_prize(session, token_of(winners(session)[1]), "", late)
    assert check_draw.faults(proof_of(session, draw)) == []
    assert [p.is_given_up for p in public_places(session, draw)] == [False, True, False, False]


def test_nobody_is_left_for_a_lapsed_prize(session: Session) -> None:
    published(session, "AAA")
    assert lapse_due(session, SECRET_KEY, AFTER + timedelta(days=15)) == 1
    assert codes_of(session, "drawn") == []


def test_passing_over_and_handing_over(session: Session) -> None:
    published(session, *CODES)
    first, second, _ = winners(session)
    with pytest.raises(Invalid):
        pass_over(session, first.id, "  ", SECRET_KEY, AFTER)
    pass_over(session, first.id, "сын продавца", SECRET_KEY, AFTER)
    assert (first.state, first.given_up_for, winners(session)[3].prize) == ("passed_over", "сын продавца", 0)
    with pytest.raises(Conflict):
        pass_over(session, first.id, "ещё раз", SECRET_KEY, AFTER)
    with pytest.raises(Conflict, match="Only a claimed"):
        hand_over(session, second.id, "акт 7", runner(session), AFTER)
    claim_prize(session, token_of(second), "", AFTER)
    hand_over(session, second.id, "акт 7", runner(session), AFTER)
    assert (second.state, second.receipt_note) == ("handed_over", "акт 7")
    with pytest.raises(Conflict):
        pass_over(session, second.id, "поздно", SECRET_KEY, AFTER)


def test_the_erased_are_passed_over_and_the_proof_still_holds(session: Session) -> None:
    draw = closed(session, *CODES)
    assert draw.secret is not None
    first_code = pick(CODES, draw.secret, 1)[0]
    entry = session.scalars(select(DrawEntry).where(DrawEntry.code == first_code)).one()
    session.get_one(Customer, entry.customer_id).erased_at = AFTER
    user_id = runner(session)
    run_draw(session, draw.id, user_id, AFTER)
    publish_draw(session, draw.id, user_id, SECRET_KEY, AFTER)
    assert codes_of(session, "passed_over") == [first_code]
    assert codes_of(session, "drawn") == pick(CODES, draw.secret, 4)[1:]
    assert check_draw.faults(proof_of(session, draw)) == []


def test_prizes_of_a_year_above_the_tax_free_sum(session: Session) -> None:
    draw = published(session, "AAA", prizes=(TENT,))
    (winner,) = winners(session)
    assert taxed(session, [winner]) == {}
    winner.value = 400_001
    session.flush()
    assert taxed(session, [winner]) == {winner.customer_id: 400_001}
    winner.state = "lapsed"
    session.flush()
    assert taxed(session, [winner]) == {}
    assert draw.drawn_at == AFTER


def test_nothing_is_told_before_its_time(session: Session) -> None:
    draw = closed(session, *CODES)
    assert set(proof_of(session, draw)) == {"draw", "mode", "secret_hash", "entrants_hash", "list_hash", "codes"}
    run_draw(session, draw.id, runner(session), AFTER)
    assert public_places(session, draw) == []
    assert "secret" not in proof_of(session, draw)
    assert session.scalars(select(Message)).all() == []
    assert public_draws(session) == [draw]


Spoil = Callable[[dict[str, Any]], object]
SPOILT: dict[str, Spoil] = {
    "changed entrant": lambda proof: proof["codes"].__setitem__(0, "AAB"),
    "changed order": lambda proof: proof["codes"].reverse(),
    "changed secret": lambda proof: proof.update(secret="0" * 64),
    "late entry": lambda proof: proof["codes"].append("ZZZ"),
    "another winner": lambda proof: proof["winners"].reverse(),
    "a winner left out": lambda proof: proof["winners"].pop(0),
    "a stranger wins": lambda proof: proof["winners"].append("ZZZ"),
    "changed hash of the list": lambda proof: proof.update(list_hash="0" * 64),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=list(SPOILT))
@pytest.mark.only_on("sqlite")
def test_what_was_changed_is_found_by_the_script_alone(session: Session, tmp_path: Path, spoil: Spoil) -> None:
    proof = proof_of(session, published(session, *CODES))
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(proof))
    good = subprocess.run([sys.executable, "-I", SCRIPT, path], capture_output=True, text=True)
    assert (good.returncode, good.stdout.splitlines()[-1]) == (0, "All agrees.")
    spoil(proof)
    path.write_text(json.dumps(proof))
    bad = subprocess.run([sys.executable, "-I", SCRIPT, path], capture_output=True, text=True)
    assert bad.returncode == 1
    assert "WRONG" in bad.stdout


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"codes": 3}', "\x00", '{"codes": [1], "secret": 2}'])
def test_the_script_says_what_is_no_public_file(tmp_path: Path, content: str) -> None:
    path = tmp_path / "proof.json"
    path.write_text(content)
    done = subprocess.run([sys.executable, "-I", SCRIPT, path], capture_output=True, text=True)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "not the public file" in done.stderr


def test_the_script_is_short_and_needs_nothing() -> None:
    source = SCRIPT.read_text(encoding="utf-8")
    assert len(source.splitlines()) < 80
    imported = {line.split()[1].split(".")[0] for line in source.splitlines() if line.startswith(("import ", "from "))}
    assert imported <= set(sys.stdlib_module_names)


def test_ties_of_three_judges_are_exact() -> None:
    marks = {"A": [10, 9], "B": [20, 18], "C": [11, 9]}
    assert ranked("ABC", marks, "ab" * 32)[0] == "C"
