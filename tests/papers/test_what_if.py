"""The sums of what-if as a reader has them."""

import numpy as np
import pytest

from quarterdeck.paper.costs import what_if
from quarterdeck.paper.view import View
from tests.papers.conftest import QUARTER, profile


def rows_of(page, table):
    [caption] = page.tree.xpath(f"//caption[@id='t-what-if-{table}']")
    return [[cell.text_content() for cell in row] for row in caption.getparent().xpath(".//tbody/tr")]


def read(text):
    return float(text.replace("−", "-").replace("£", "").replace(",", ""))


@pytest.mark.parametrize("table", ["moves", "forecast", "price"])
def test_each_sum_is_written_out_so_that_a_reader_can_make_it(pages, table):
    rows = rows_of(pages["placements_and_costs", "officers"], table)
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
