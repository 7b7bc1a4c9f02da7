"""The sums of what-if as a reader has them."""

import numpy as np
import pytest
from lxml.html import fragment_fromstring

from quarterdeck.paper.costs import what_if
from quarterdeck.paper.view import View
from tests.papers.conftest import QUARTER, profile


def rows_of(html, table):
    [caption] = fragment_fromstring(html, create_parent=True).xpath(f".//caption[@id='t-what-if-{table}']")
    return [[cell.text_content() for cell in row] for row in caption.getparent().xpath(".//tbody/tr")]


def read(text):
    return float(text.replace("−", "-").replace("£", "").replace(",", ""))


@pytest.mark.parametrize("table", ["moves", "forecast", "price"])
def test_each_sum_is_written_out_so_that_a_reader_can_make_it(stand, measures, table):
    figures = stand.figures.copy()  # in which all types have one price: here outside ones cost a half more
    outside = [kind.name for kind in profile().placement_types if kind.provider == "external"]
    dear = (figures.measure == "placement_costs") & figures.category.isin(outside)
    figures.loc[dear, "value"] *= 1.5

    def find(name):
        return View(measures[name], figures[figures.measure == name], QUARTER, profile())

    rows = rows_of("".join(what_if(find, (1, 5, 10), 1)), table)
    told = [row for row in rows if row[3].endswith((" more", " less"))]
    assert told
    for _, number, week, year in told:
        amount, word = year.split()
        made, exact = read(number) * read(week) * 365 / 7, 0.005 * abs(read(number)) * 365 / 7
        assert (read(amount) if word == "more" else -read(amount)) == pytest.approx(made, abs=exact + 0.51)


@pytest.mark.parametrize("measure", ["placement_costs", "placement_numbers", "placement_numbers_above_forecast"])
def test_what_the_copy_hides_is_in_no_sum(stand, measures, measure):
    rows = stand.figures.copy()
    hidden = (rows.measure == measure) & (rows.category == "Agency Residential")
    rows.loc[hidden, ["numerator", "denominator", "value"]] = np.nan
    rows.loc[hidden, "status"] = "c"

    def find(name):
        return View(measures[name], rows[rows.measure == name], QUARTER, profile())

    shown = "".join(what_if(find, (1,), 1))
    assert "cannot be shown" in shown
    assert "nan" not in shown.lower().replace("finan", "")
