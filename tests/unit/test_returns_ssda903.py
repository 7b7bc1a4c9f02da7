"""The SSDA903 of every collection year: a base year, and each later year's difference."""

from __future__ import annotations

import pandas as pd
import pytest

from quarterdeck.quarter import Quarter
from quarterdeck.returns import ssda903
from quarterdeck.returns.contracts import Checked, hold
from tests.small_county import listed

YEARS = range(2010, 2028)
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC\n"


def read(text: str, year: int) -> Checked:
    return hold(listed("a.csv", text.encode(), ssda903.LAYOUTS), Quarter(year - 1, 4), "a.csv")


def known(rows: pd.Series) -> list[str]:
    return rows.dropna().tolist()


def test_the_years_before_the_earliest_layout_known_have_that_layout() -> None:
    assert ssda903.layouts_of(2010) == ssda903.layouts_of(2015)


@pytest.mark.parametrize("year", YEARS)
def test_social_workers_are_in_the_return_from_2023_24_and_deprivation_of_liberty_from_2026_27(year: int) -> None:
    names = {layout.name for layout in ssda903.layouts_of(year)}
    assert ("sw_episodes" in names) == (year >= 2024)
    assert ("dolo" in names) == (year >= 2027)
    assert len(names) == 10 + (year >= 2024) + (year >= 2027)


@pytest.mark.parametrize("year", YEARS)
def test_sex_is_a_number_until_2023_24_and_a_letter_from_2024_25(year: int) -> None:
    rows = "".join(f"{sex},{sex},01/05/2009,WBRI\n" for sex in "12MFU")
    checked = read(f"CHILD,SEX,DOB,ETHNIC\n{rows}", year)
    assert known(checked.rows.sex) == (["M", "F", "U"] if year >= 2025 else ["M", "F"])
    assert checked.rows_set_aside == 0
    assert len(checked.problems) == (2 if year >= 2025 else 3)


@pytest.mark.parametrize("year", YEARS)
def test_a_placement_code_counts_in_the_years_that_have_it(year: int) -> None:
    rows = "".join(
        f"A{number},01/05/{year - 1},S,C2,N1,{place},,,\n"
        for number, place in enumerate(("H5", "P2", "K3", "Z1", "Z11", "Z14", "U6"))
    )
    old, new = ["H5", "P2"] * (year < 2025), ["K3"] * (year >= 2025)
    other = ["Z11", "Z14"] if year >= 2026 else ["Z1"]
    assert known(read(EPISODES + rows, year).rows.cla_placement_type) == [*old, *new, *other, "U6"]


def test_a_space_after_a_reason_for_a_change_of_social_worker_is_no_part_of_it() -> None:
    text = "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON\nA,01/05/2009,W1,01/05/2023,,PCCHAN \n"
    checked = read(text, 2024)
    assert checked.problems.empty
    assert checked.rows.change_reason.tolist() == ["PCCHAN"]


def test_an_order_that_deprives_a_child_of_liberty_may_still_run() -> None:
    rows = read("CHILD,DOB,DOLO_START,DOLO_END\nA,01/05/2011,31/03/2027,\n", 2027).rows
    assert rows.from_date.tolist() == [pd.Timestamp("2027-03-31")]
    assert rows.to_date.isna().all()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("header", "CHILD,SEX,DOB,ETHNIC\nA,1,01/05/2009,WBRI\n"),
        ("header", "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB,LA,YEAR\nA,1,01/05/2009,WBRI,UN1,0,,999,2018\n"),
        ("episodes", "CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC\nA,01/05/2017,S,C2,N1,U6,,\n"),
        ("episodes", "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
                     "A,01/05/2017,S,C2,N1,U6,PR1,,,,ZZ1 1AA,ZZ1 1AB,SC000001\n"),
        ("previous_permanence", "CHILD,DOB,PREV_PERM\nA,01/05/2009,P1\n"),
        ("placed_for_adoption", "CHILD,DOB,DATE_PLACED,DATE_PLACED_CEASED\nA,01/05/2015,01/05/2017,\n"),
        ("uasc", "CHILD,DUC\nA,01/05/2027\n"),
    ],
)  # fmt: skip
def test_columns_that_not_every_year_or_system_has_may_be_there_or_not(name: str, text: str) -> None:
    found = listed("a.csv", text.encode(), ssda903.LAYOUTS)
    assert found.layout.name == name
    checked = hold(found, Quarter(2017, 4), "a.csv")
    assert checked.problems.empty
    assert len(checked.rows) == 1
