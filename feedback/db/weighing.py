"""Triggers that keep `responses.weighs_until`: until when an answer is its person's last one on its survey.

An answer stands for its person in a period that it falls in and that ends by `weighs_until`, so "one person one weight,
the last answer counts" is a plain range condition, exact whoever writes and however late a flag changes. NULL where
the answer is not counted at all.
"""

FAR = "9999-01-01 00:00:00.000000"  # nobody answered later
WEIGHED = (
    "{0}.state = 'complete' AND NOT {0}.is_test AND NOT {0}.is_staff AND NOT {0}.suspected_bot "
    "AND {0}.score IS NOT NULL"
)
WATCHED = ("survey_id", "customer_id", "state", "score", "completed_at", "is_test", "is_staff", "suspected_bot")


def weighing_statements(dialect: str) -> list[str]:
    """SQL that creates the triggers."""
    return _postgresql() if dialect == "postgresql" else _sqlite()


def unweighing_statements(dialect: str) -> list[str]:
    """SQL that drops them."""
    if dialect == "postgresql":
        return [
            "DROP FUNCTION responses_weigh() CASCADE",
            "DROP FUNCTION weigh_answers(bigint, bigint, bigint, timestamptz)",
        ]
    return [f"DROP TRIGGER responses_weigh_{name}" for name in ("insert", "update", "moved", "delete")]


def _value(far: str) -> str:
    """The moment of the person's next counted answer on the same survey, else `far`; NULL when not counted itself."""
    mine, other = WEIGHED.format("responses"), WEIGHED.format("later")
    return (
        f"CASE WHEN {mine} THEN coalesce((SELECT min(later.completed_at) FROM responses AS later "
        f"WHERE later.customer_id = responses.customer_id AND later.survey_id = responses.survey_id AND {other} "
        f"AND (later.completed_at > responses.completed_at OR (later.completed_at = responses.completed_at "
        f"AND later.id > responses.id))), {far}) END"
    )


def _sqlite() -> list[str]:
    def weigh(row: str, *moments: str) -> str:
        touched = " OR ".join(f"weighs_until >= {m}.completed_at" for m in moments)
        return (
            f"UPDATE responses SET weighs_until = {_value(repr(FAR))} WHERE id = {row}.id OR "
            f"(customer_id = {row}.customer_id AND survey_id = {row}.survey_id AND ({touched}));"
        )

    changed = " OR ".join(f"NEW.{c} IS NOT OLD.{c}" for c in WATCHED)
    moved = "NEW.customer_id IS NOT OLD.customer_id OR NEW.survey_id IS NOT OLD.survey_id"
    insert = "AFTER INSERT ON responses WHEN NEW.state = 'complete'"
    update = f"AFTER UPDATE OF {', '.join(WATCHED)} ON responses"
    return [
        f"CREATE TRIGGER responses_weigh_insert {insert} BEGIN {weigh('NEW', 'NEW')} END",
        f"CREATE TRIGGER responses_weigh_update {update} WHEN {changed} BEGIN {weigh('NEW', 'NEW', 'OLD')} END",
        f"CREATE TRIGGER responses_weigh_moved {update} WHEN {moved} BEGIN {weigh('OLD', 'OLD')} END",
        f"CREATE TRIGGER responses_weigh_delete AFTER DELETE ON responses BEGIN {weigh('OLD', 'OLD')} END",
    ]


def _postgresql() -> list[str]:
    """The customer's row is locked, so that two answers of one person that finish together see each other."""
    changed = " OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in WATCHED)
    value = _value(f"timestamptz '{FAR}+00'")
    person = (
        "CREATE FUNCTION weigh_answers(of_response bigint, of_survey bigint, of_customer bigint, since timestamptz) "
        "RETURNS void LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM 1 FROM customers WHERE id = of_customer FOR NO KEY UPDATE; "
        f"UPDATE responses SET weighs_until = {value} WHERE id = of_response; "
        f"UPDATE responses SET weighs_until = {value} WHERE customer_id = of_customer AND survey_id = of_survey "
        "AND weighs_until >= since AND id <> of_response; END $$"
    )
    each = (
        "CREATE FUNCTION responses_weigh() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP <> 'DELETE' THEN PERFORM weigh_answers(NEW.id, NEW.survey_id, NEW.customer_id, "
        "CASE TG_OP WHEN 'UPDATE' THEN least(OLD.completed_at, NEW.completed_at) ELSE NEW.completed_at END); END IF; "
        "IF TG_OP <> 'INSERT' THEN PERFORM weigh_answers(OLD.id, OLD.survey_id, OLD.customer_id, OLD.completed_at); "
        "END IF; RETURN NULL; END $$"
    )
    execute = "FOR EACH ROW {}EXECUTE FUNCTION responses_weigh()"
    is_complete, is_changed = "WHEN (NEW.state = 'complete') ", f"WHEN ({changed}) "
    return [
        person,
        each,
        f"CREATE TRIGGER responses_weigh_insert AFTER INSERT ON responses {execute.format(is_complete)}",
        f"CREATE TRIGGER responses_weigh_update AFTER UPDATE OF {', '.join(WATCHED)} ON responses "
        f"{execute.format(is_changed)}",
        f"CREATE TRIGGER responses_weigh_delete AFTER DELETE ON responses {execute.format('')}",
    ]
