"""The sums of what-if as a reader has them."""

import numpy as np
import pytest

from quarterdeck.paper.costs import what_if
from quarterdeck.paper.view import View
from tests.papers.conftest import QUARTER, profile


def rows_of(page, table):
    [caption] = page.tree.xpath(f"//caption[@id='t-what-if-{table}']")
    return [[cell.text_content() for cell in row] for row in caption.getparent().xpath(".//tbody/tr")]


def test_each_sum_is_written_out_so_that_a_reader_can_make_it(pages):
    page = pages["placements_and_costs", "officers"]
    for table in ("moves", "forecast", "price"):
        rows = rows_of(page, table)
        assert rows
        for _, number, week, year in rows:
            if year.endswith((" more", " less")):
                made = float(number.replace("−", "-").replace(",", "")) * float(
                    week.replace("−", "-").replace("£", "").replace(",", "")
                )
                made *= 365 / 7
                said = year.split()[0].removeprefix("£")
                scale = {"k": 1e3, "m": 1e6}.get(said[-1], 1.0)
                size = float(said.rstrip("km").replace(",", "")) * scale
                assert size == pytest.approx(abs(made), rel=0.05, abs=3 + abs(float(number.replace("−", "-"))))
                assert year.endswith("more") == (made > 0)


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
