"""Figures in words and the geometry of charts."""

import pytest
from flask import Flask
from flask_babel import force_locale

from analysis.intervals import Interval
from analysis.nps import NpsCounts, estimate
from feedback.web import figures
from feedback.web.charts import ChartPoint, nps_chart, ranges


def point(promoters: int, passives: int = 0, detractors: int = 0) -> ChartPoint:
    return ChartPoint("m", "month", estimate(NpsCounts(promoters, passives, detractors)))


def test_numbers_have_a_true_minus_and_a_sign() -> None:
    assert [figures.points_words(v) for v in (31.4, -3.6, -0.2)] == ["31", "−4", "0"]
    assert [figures.signed_words(v) for v in (2.4, -13.0, 0.2)] == ["+2", "−13", "0"]


@pytest.mark.parametrize(
    ("language", "n", "words"),
    [
        ("ru", 1, "1 ответ"), ("ru", 22, "22 ответа"), ("ru", 5, "5 ответов"), ("bg", 1, "1 отговор"),
        ("bg", 2, "2 отговора"), ("en", 1204, "1,204 answers"),
    ],
)  # fmt: skip
def test_answers_are_counted_in_each_language(app: Flask, language: str, n: int, words: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert figures.answers_words(n).replace("\xa0", " ") == words


def test_a_change_is_claimed_only_when_it_is_shown(app: Flask) -> None:
    few, good, bad = NpsCounts(9, 0, 0), NpsCounts(80, 10, 10), NpsCounts(40, 20, 40)
    with app.test_request_context(), force_locale("en"):
        assert figures.compared("May", good, bad).verdict == "Changed, down"
        assert figures.compared("May", bad, good).css == "good"
        assert figures.compared("May", good, good).verdict == "Not shown to have changed"
        assert figures.compared("May", few, good).verdict == "Too few answers to compare"
        assert figures.interval_words(Interval(0.4902, 0.943)) == "49 to 94%"
        assert figures.share_words(54, 62) == "87%"
        assert figures.share_words(1, 0) == ""
    with app.test_request_context(), force_locale("bg"):
        assert figures.share_words(54, 62) == "87\xa0%"


def test_spans_without_enough_answers_break_the_line() -> None:
    chart = nps_chart([point(20), point(20, 5), point(9), point(30, 3), point(40)])
    assert [line.count(",") for line in chart.lines] == [2, 2]
    assert [band.count(",") for band in chart.bands] == [4, 4]
    assert [p.is_hidden for p in chart.points] == [False, False, True, False, False]


@pytest.mark.parametrize("points", [[], [point(0)], [point(100)], [point(0, 0, 100)], [point(50, 0, 50)]])
def test_every_point_lies_within_the_axis(points: list[ChartPoint]) -> None:
    chart = nps_chart(points)
    assert 2 <= len(chart.axis) <= 7
    assert -100 <= chart.axis[-1] < chart.axis[0] <= 100
    for shown in (p.estimate for p in points if not p.is_hidden):
        assert chart.axis[-1] <= shown.low <= shown.high <= chart.axis[0]


def test_intervals_of_many_rows_share_one_scale() -> None:
    scale = ranges([point(50, 30, 20).estimate, point(100).estimate])
    assert (scale.low, scale.high) == (10, 100)
    assert (scale.place(10), scale.place(100)) == ("0.0", "200.0")
    empty = ranges([])
    assert (empty.low, empty.high) == (-100, 100)
