import pytest
from flask.testing import FlaskClient

from feedback.db.base import LARGEST_ID
from feedback.http.numbers import row_id


def test_only_numbers_that_a_row_can_have_are_ids() -> None:
    assert (row_id("17"), row_id(str(LARGEST_ID))) == (17, LARGEST_ID)
    for text in (None, "", "-1", "1.5", "x", "١", str(LARGEST_ID + 1), "9" * 5000):
        assert row_id(text) is None


@pytest.mark.parametrize("number", [str(2**63), "9" * 5000, "-1"])
def test_an_address_with_an_impossible_number_is_an_unknown_page(client: FlaskClient, number: str) -> None:
    assert client.get(f"/cases/{number}").status_code == 404
    assert client.get("/cases/1").status_code == 303  # asks to log in
