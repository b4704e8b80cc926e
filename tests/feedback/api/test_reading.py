"""What other systems read: responses, cases, customers, points, figures."""

from datetime import timedelta
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from feedback.api.examples import ORDER_EVENT, PURCHASE
from feedback.clock import utc_now
from feedback.db import db, transaction
from feedback.staff.models import AuditEntry
from surveys.responses.given import GivenAnswer, Submission
from surveys.responses.submit import submit_response
from tests.builders import customer, invitation, purchase
from tests.feedback.api.conftest import Call

NOW = utc_now()


def answered(count: int, score: int = 3) -> list[int]:
    """Responses completed one after the other, a minute apart; two of three share their moment with the next."""
    ids = []
    for n in range(count):
        with transaction() as session:
            about = purchase(session, customer(session, external_id=f"C {n}/ü"), external_id=f"P-{n}")
            asked = invitation(session, about)
            given = Submission(
                (GivenAnswer("score", "nps", number=score), GivenAnswer("why", "text", text="Долго ждали")),
                "ru", is_complete=True,
            )  # fmt: skip
            ids.append(submit_response(session, asked.id, given, NOW - timedelta(minutes=count - n // 2)).response_id)
    return ids


def every_page(call: Call, path: str, name: str, limit: int) -> list[dict[str, Any]]:
    rows, cursor = [], None
    while True:
        answer = call("GET", path, query_string={"limit": limit} | ({"cursor": cursor} if cursor else {}))
        assert answer.status_code == 200, answer.json
        rows += answer.json[name]
        cursor = answer.json["next_cursor"]
        if cursor is None:
            return rows


def test_responses_come_with_answers_in_pages_without_gaps(call: Call) -> None:
    ids = answered(7)
    for limit in (1, 2, 3, 7, 200):
        assert [row["id"] for row in every_page(call, "/responses", "responses", limit)] == ids
    row = call("GET", "/responses").json["responses"][0]
    assert (row["survey"], row["score"], row["customer_external_id"], row["purchase_external_id"]) == (
        "after-purchase", 3, "C 0/ü", "P-0",
    )  # fmt: skip
    assert [(a["question"], a["number"], a["text"]) for a in row["answers"]] == [
        ("score", 3, None),
        ("why", None, "Долго ждали"),
    ]


def test_lists_are_cut_by_time(call: Call) -> None:
    answered(4)
    moments = [row["completed_at"] for row in call("GET", "/responses").json["responses"]]
    since = call("GET", "/responses", query_string={"since": moments[2]}).json["responses"]
    until = call("GET", "/responses", query_string={"until": moments[2]}).json["responses"]
    assert (len(since), len(until)) == (2, 2)


def test_a_list_costs_the_same_queries_whatever_its_length(call: Call) -> None:
    answered(6)
    counts = []
    for limit in (1, 6):
        seen: list[str] = []
        note = lambda *args, seen=seen: seen.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", note)
        call("GET", "/responses", query_string={"limit": limit})
        call("GET", "/cases", query_string={"limit": limit})
        event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(seen))
    assert counts[1] <= counts[0]


def test_cases_come_with_signals_and_can_be_narrowed_to_open_ones(call: Call) -> None:
    answered(2, score=2)
    rows = call("GET", "/cases", query_string={"state": "open"}).json["cases"]
    assert [row["purchase_external_id"] for row in rows] == ["P-0", "P-1"]
    assert rows[0]["signals"][0]["facts"] == {"scale": "nps", "score": 2}
    assert call("GET", "/cases", query_string={"state": "closed"}).json["cases"] == []
    assert len(every_page(call, "/cases", "cases", 1)) == 2


def test_wrong_filters_are_refused(call: Call) -> None:
    call("POST", "/purchases", PURCHASE)
    wrong: list[dict[str, Any]] = [
        {"limit": 0}, {"limit": 201}, {"limit": "x"}, {"limit": "٣"}, {"since": "yesterday"}, {"since": "2026-03-01"},
        {"cursor": "x"}, {"cursor": "AAAA"}, {"cursor": "ü"}, {"cursor": "MTo5OTk5OTk5OTk5OTk5OTk5OTk6MQ"},
        {"offset": 5},
    ]  # fmt: skip
    for path in ("/responses", "/cases", "/customers/C-100/points"):
        for query in wrong:
            answer = call("GET", path, query_string=query)
            assert (answer.status_code, list(answer.json["errors"])) == (422, list(query)), (path, query)
        backwards = call("GET", path, query_string={"since": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"})
        assert backwards.json["errors"] == {"until": "must not be before since"}


def test_a_customer_is_read_with_consents_and_reading_is_audited(call: Call, session: Session) -> None:
    call("POST", "/purchases", PURCHASE)
    row = call("GET", "/customers/C-100").json
    assert (row["name"], row["email"], row["birthday"]) == ("Мария Иванова", "maria@shop.example", "1990-05-17")
    assert (row["lifecycle_status"], row["purchases"], row["consents"][0]["purpose"]) == ("customer", 1, "processing")
    session.rollback()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "api_read_customer")).one()
    assert (entry.object_kind, entry.user_id) == ("customer", None)
    assert entry.api_key_id is not None
    assert "maria" not in str(entry.details)


def test_external_ids_may_hold_any_sign(call: Call) -> None:
    answered(1)
    assert call("GET", "/customers/C%200%2F%C3%BC").json["external_id"] == "C 0/ü"
    assert call("GET", "/customers/C%200%2F%C3%BC/points").json["customer_external_id"] == "C 0/ü"


def test_an_unknown_customer_is_not_found(call: Call) -> None:
    for name in ("nobody", "%00", "%ff", "x" * 3000, "%D0%BA"):
        for path in (f"/customers/{name}", f"/customers/{name}/points"):
            answer = call("GET", path)
            assert (answer.status_code, answer.json["code"]) == (404, "not_found"), path


def test_points_show_balance_and_movements(call: Call) -> None:
    answered(1)
    told = call("GET", "/customers/C%200%2F%C3%BC/points").json
    assert told["balance"] == {
        "active": 1000, "locked": 0, "held": 0, "debt": 0, "spendable": 1000, "total": 1000
    }  # fmt: skip
    assert [(e["kind"], e["rule"], e["points"], e["purchase_external_id"]) for e in told["entries"]] == [
        ("award", "review", 1000, "P-0")
    ]


def test_nps_is_told_with_its_interval(call: Call) -> None:
    answered(3, score=9)
    whole = call("GET", "/metrics/nps").json["rows"]
    assert [(row["group"], row["n"], row["promoters"]) for row in whole] == [(None, 3, 3)]
    assert whole[0]["low"] < whole[0]["nps"] <= whole[0]["high"]
    span = {"from": (NOW - timedelta(hours=1)).isoformat(), "to": utc_now().isoformat(), "group_by": "channel"}
    rows = call("GET", "/metrics/nps", query_string=span).json["rows"]
    assert [(row["group"], row["n"]) for row in rows] == [("email", 3)]
    later = {"from": f"{NOW + timedelta(days=2):%Y-%m-%d}", "to": f"{NOW + timedelta(days=2):%Y-%m-%d}"}
    assert call("GET", "/metrics/nps", query_string=later).json["rows"] == []


def test_wrong_spans_are_refused(call: Call) -> None:
    wrong = [
        ({"from": "2026-02-30"}, "from"), ({"from": "0001-01-01"}, "from"), ({"to": "9999-12-31T23:59:59Z"}, "to"),
        ({"from": "2026-03-01T00:00:00"}, "from"), ({"from": "2026-03-02", "to": "2026-03-01"}, "to"),
        ({"from": "2001-01-01", "to": "2026-01-01"}, "to"), ({"group_by": "moon"}, "group_by"),
        ({"first": "2026-01-01"}, "first"),
    ]  # fmt: skip
    for query, field in wrong:
        answer = call("GET", "/metrics/nps", query_string=query)
        assert (answer.status_code, list(answer.json["errors"])) == (422, [field]), query


def test_an_unknown_survey_is_not_found(call: Call) -> None:
    assert call("GET", "/metrics/nps", query_string={"survey": "nothing"}).status_code == 404


def test_cases_of_order_events_are_read(call: Call) -> None:
    call("POST", "/purchases", PURCHASE)
    call("POST", "/order-events", ORDER_EVENT)
    [row] = call("GET", "/cases").json["cases"]
    assert (row["customer_external_id"], row["signals"][0]["kind"]) == ("C-100", "order_event")


def test_moments_at_the_ends_of_time_are_refused(call: Call) -> None:
    for moment in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        for path in ("/responses", "/cases"):
            answer = call("GET", path, query_string={"since": moment})
            assert (answer.status_code, answer.json["errors"]) == (422, {"since": "is not a moment that can be kept"})


def test_a_survey_with_a_nul_in_its_name_is_refused(call: Call) -> None:
    assert call("GET", "/metrics/nps", query_string={"survey": "\x00"}).status_code == 422
