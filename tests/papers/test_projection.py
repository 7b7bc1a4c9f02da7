"""The projection as a reader has it."""

from quarterdeck.paper.ahead import if_nothing_changes
from quarterdeck.paper.view import View
from tests.papers.conftest import QUARTER, profile


def view(stand, measures, since="2000-01-01"):
    rows = stand.figures[stand.figures.measure == "cla_rate"]
    return View(measures["cla_rate"], rows[rows.end >= since], QUARTER, profile())


def test_the_chart_and_the_table_say_the_same_and_the_words_what_it_is_not(stand, measures):
    said, chart, table, how = if_nothing_changes(view(stand, measures))
    assert "neither a forecast nor a target" in said
    for end in ("31 March 2018", "30 June 2018", "30 September 2018", "31 December 2018"):
        assert end in chart
        assert end in table
    assert 'class="pj"' in chart
    assert "24 months" in how


def test_fewer_than_thirteen_months_give_a_sentence_and_no_chart(stand, measures):
    parts = if_nothing_changes(view(stand, measures, "2017-01-31"))
    assert len(parts) == 1
    assert "13 months" in parts[0]
    assert len(if_nothing_changes(view(stand, measures, "2016-12-31"))) == 4
