"""Whatever stands in a cell or is cut out of a file: rows in are rows used and rows set aside, or it is told why."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.returns import ReturnsError
from quarterdeck.returns.contracts import contract
from tests.small_county import CENSUS, FILES, LOOKED_AFTER, SmallCounty

LISTS = (*LOOKED_AFTER, "local/missing_episodes.csv", "local/placement_costs.csv", "local/workforce.csv")
NUMBERS = ["0", "-1", "1e400", "1_000", "4024,00", "9" * 30, "½", "٣", "nan", "inf"]
DATES = ["31/02/2018", "29/02/2016", "43193.5", "99999", "9999-12-31", "00/00/0000"]
WRITTEN = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters='"\r\n'), max_size=12),
    st.sampled_from(["", *NUMBERS, *DATES]),
    st.dates().map(lambda day: day.strftime("%d/%m/%Y")),
)


def check(county: SmallCounty) -> None:
    try:
        intake = county.read(set_aside=True)
    except ReturnsError as error:
        assert len(error.problems)
        assert (error.problems.expected != "").all()
        assert (error.problems.what_to_do != "").all()
        return
    assert (intake.files.rows_in == intake.files.rows_used + intake.files.rows_set_aside).all()
    for name, rows in intake.records.tables.items():
        contract(name).validate(rows.drop(columns="collection_year"))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(name=st.sampled_from(LISTS), row=st.integers(1, 3), column=st.integers(0, 12), written=WRITTEN)
def test_any_text_in_any_cell_of_a_list(name: str, row: int, column: int, written: str) -> None:
    lines = FILES[name].replace("\\\n", "").splitlines()
    cells = lines[row % len(lines)].split(",")
    cells[column % len(cells)] = f'"{written}"' if "," in written else written
    lines[row % len(lines)] = ",".join(cells)
    with tempfile.TemporaryDirectory() as folder:
        county = SmallCounty(Path(folder), LISTS)
        county.put(name, "\n".join(lines))
        check(county)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(start=st.integers(0, len(CENSUS)), length=st.integers(1, 80), written=st.one_of(st.just(""), WRITTEN))
def test_anything_cut_out_of_a_census_or_written_over_it(start: int, length: int, written: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        county = SmallCounty(Path(folder), ("cin_census.xml",))
        county.put("cin_census.xml", CENSUS[:start] + written + CENSUS[start + length :])
        check(county)
