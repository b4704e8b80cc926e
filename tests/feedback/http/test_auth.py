import pytest

from feedback.http.auth import is_own_page


@pytest.mark.parametrize("target", ["/", "/queue", "/queue?view=mine&q=%D0%9C", "/cases/1#close"])
def test_paths_of_this_site_are_own_pages(target: str) -> None:
    assert is_own_page(target)


@pytest.mark.parametrize(
    "target",
    [None, "", "queue", "//evil.example", "///evil.example", "/\\evil.example", "\\evil.example", "https://evil.example",
     "javascript:alert(1)", "/\tx", "/\r\nLocation: x", " /queue"],
)  # fmt: skip
def test_everything_else_is_not(target: str | None) -> None:
    assert not is_own_page(target)
