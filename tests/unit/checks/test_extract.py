"""Rules on an extract as a whole: fresh, without a hole or a jump, not all of one day, and with nothing gone."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import pytest

from quarterdeck.checks import rules, run
from quarterdeck.checks.extract import MAIN, SPANS, Main
from quarterdeck.records.tables import TABLES
from tests.unit.checks.cases import judge_whole, made, of_modules

YEAR = pd.bdate_range("2017-04-03", "2017-12-29")
DAILY = [str(day.date()) for day in YEAR]


def rows_of(main: Main, days: Iterable[str], year: int | None = 2018, ended: str | None = None, **more: object):
    """A row of the main table for each day."""
    date, id_ = TABLES[main.name].dtypes, iter(range(100_000))
    return [
        {"person_id": f"P{next(id_)}", main.begins: day, "collection_year": year}
        | ({main.ends: ended} if main.ends in date else {})
        | more
        for day in days
    ]


def quarter(main: Main, first: str, number: int, year: int):
    """So many events in the quarter that begins on a day, a day apart."""
    days = pd.date_range(first, periods=80).strftime("%Y-%m-%d")
    return rows_of(main, [days[n % 80] for n in range(number)], year)


def quarters(main: Main, *numbers: int):
    """So many events in each of the quarters up to the one of the records, each told by its own year's extract."""
    rows = []
    for back, number in enumerate(reversed(numbers)):
        start = pd.Timestamp(2017, 10, 1) - pd.DateOffset(months=3 * back)
        rows += quarter(main, str(start.date()), number, start.year + (start.month >= 4))
    return rows


@pytest.mark.parametrize("main", MAIN, ids=[main.name for main in MAIN])
def test_an_extract_whose_newest_event_is_over_three_weeks_old_is_stale(small_records, main):
    fresh = [*DAILY[:20], "2017-12-10"]
    passing = [{main.name: rows_of(main, fresh)}, {main.name: rows_of(main, DAILY[:9])}]
    if main.ends:
        passing.append({main.name: rows_of(main, DAILY[:20], ended="2017-12-12")})
    late = [*DAILY[:20], "2017-12-09"]
    failing = {
        "the newest is of 09/12/2017, 22 days": {main.name: rows_of(main, late)},
        "the newest is of": {main.name: rows_of(main, DAILY[:10])},
    }
    if main.ends:  # an end that is only planned makes nothing fresh
        failing |= {"the newest is of 09/12/2017": {main.name: rows_of(main, late, ended="2018-06-30")}}
    judge_whole(small_records, f"EXT-NEW-{main.number:02d}", passing, failing)


@pytest.mark.parametrize("main", MAIN, ids=[main.name for main in MAIN])
def test_a_month_without_an_event_is_a_hole_where_others_have_ten(small_records, main):
    june = [day for day in DAILY if "2017-06" not in day]
    few = [f"2017-{month:02d}-{day:02d}" for month in (4, 5, 7, 8, 9, 10, 11, 12) for day in range(1, 10)]
    ten = [*few, *(f"2017-{month:02d}-10" for month in (4, 5, 7, 8, 9, 10, 11, 12))]
    passing = [{main.name: rows_of(main, DAILY)}, {main.name: rows_of(main, few)}]
    failing = {"none in June 2017": {main.name: rows_of(main, june)}, "none in June": {main.name: rows_of(main, ten)}}
    judge_whole(small_records, f"EXT-HOLE-{main.number:02d}", passing, failing)


@pytest.mark.parametrize("main", MAIN, ids=[main.name for main in MAIN])
def test_a_quarter_of_less_than_half_or_more_than_twice_the_few_before_it_is_a_jump(small_records, main):
    passing = [{main.name: quarters(main, *numbers)} for numbers in ((40, 20), (40, 80), (30, 50, 20), (500,), (3, 9))]
    failing = {
        "19 in 2017-18 Q3; half to twice the mean of 1 earlier is 20 to 80": {main.name: quarters(main, 40, 19)},
        "81 in 2017-18 Q3": {main.name: quarters(main, 40, 81)},
        "0 in 2017-18 Q3": {main.name: quarters(main, 40, 40, 0)},
        "10 in 2017-18 Q3; half to twice the mean of 1 earlier is 2 to 8": {main.name: quarters(main, 4, 10)},
    }
    judge_whole(small_records, f"EXT-JUMP-{main.number:02d}", passing, failing)


def test_seven_quarters_before_it_give_the_usual_range(small_records):
    before = (100, 104, 100, 104, 100, 104, 100)  # steps of 4 and a mean of 101.7: 91.1 to 112.4
    passing = [{MAIN[0].name: quarters(MAIN[0], *before, now)} for now in (92, 112)]
    words = "in 2017-18 Q3; the usual range of 7 quarters is 91 to 112"
    failing = {f"{now} {words}": {MAIN[0].name: quarters(MAIN[0], *before, now)} for now in (91, 113)}
    judge_whole(small_records, "EXT-JUMP-01", passing, failing)


def test_what_a_later_extract_tells_of_an_earlier_year_is_not_counted_twice(small_records):
    main = MAIN[0]
    again = rows_of(main, ["2017-01-10"] * 100, 2018)  # open since last year, and so told by this year's extract too
    judge_whole(small_records, "EXT-JUMP-01", [{main.name: [*quarters(main, 40, 40, 40, 40), *again]}], {})


def test_what_a_list_tells_after_the_quarter_is_not_of_it(small_records):
    main = next(main for main in MAIN if main.name == "strategy_discussions")
    after = rows_of(main, ["2018-01-01"] * 100, None)
    judge_whole(small_records, "EXT-JUMP-11", [{main.name: [*quarters(main, 40, 40), *after]}], {})


@pytest.mark.parametrize("main", MAIN, ids=[main.name for main in MAIN])
def test_more_than_a_tenth_of_the_years_events_on_one_day_were_filled_in_together(small_records, main):
    ninety = DAILY[:90]
    passing = [
        {main.name: rows_of(main, [*ninety, *["2017-12-28"] * 10])},
        {main.name: rows_of(main, [*DAILY[:50], *["2017-12-28"] * 49])},  # too few to judge
        {main.name: rows_of(main, [*DAILY[:50], *["2017-03-31"] * 50])},  # another year's
    ]
    failing = {
        "50 of 100 are dated 01/04/2017": {main.name: rows_of(main, [*DAILY[:50], *["2017-04-01"] * 50])},
        "11 of 101 are dated 28/12/2017": {main.name: rows_of(main, [*ninety, *["2017-12-28"] * 11])},
    }
    judge_whole(small_records, f"EXT-DAY-{main.number:02d}", passing, failing)


@pytest.mark.parametrize("name", SPANS)
def test_what_was_open_at_the_end_of_last_years_extract_must_be_in_this_one(small_records, name):
    main = next(main for main in MAIN if main.name == name)
    told = rows_of(main, DAILY[:3], ended="2017-12-01")
    old = ["2017-01-10", "2017-01-11"]
    kept = rows_of(main, old, 2018) + told
    passing = [
        {name: [*kept, *rows_of(main, old, 2017)]},
        {name: [*told, *rows_of(main, old, 2017, ended="2017-02-01")]},  # it ended in its own year
        {name: [*told, *rows_of(main, old, 2016)]},  # it is older than last year's extract
        {name: told},
    ]
    failing = {"1 of 2 that were open are not there": {name: [*kept[1:], *rows_of(main, old, 2017)]}}
    judge_whole(small_records, f"EXT-GONE-{main.number:02d}", passing, failing)


def test_a_referral_that_ended_in_no_action_is_not_missed(small_records):
    old = rows_of(MAIN[0], ["2017-01-10"], 2017, referral_nfa=True)
    told = rows_of(MAIN[0], DAILY[:3], ended="2017-12-01")
    judge_whole(small_records, "EXT-GONE-01", [{"cin_episodes": [*told, *old]}], {})


def test_a_source_of_no_year_is_judged_on_all_it_tells(small_records):
    records = made(small_records, {"cp_reviews": rows_of(MAIN[5], DAILY, None)})
    assert set(run(records, of_modules("extract").values()).rules.state) == {"passed", "not run"}
    twice = {"cp_reviews": rows_of(MAIN[5], [*DAILY[:40], *DAILY[-60:] * 3], None)}
    judge_whole(small_records, "EXT-JUMP-06", [], {"half to twice": twice})


def test_every_main_table_has_a_rule_of_each_kind_that_names_what_it_counts():
    of_extract = of_modules("extract")
    wanted = {f"EXT-{kind}-{main.number:02d}" for main in MAIN for kind in ("NEW", "HOLE", "JUMP", "DAY")}
    wanted |= {f"EXT-GONE-{main.number:02d}" for main in MAIN if main.name in SPANS}
    assert of_extract.keys() == wanted
    assert "the referrals" in rules()["EXT-NEW-01"].message
