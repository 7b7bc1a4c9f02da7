"""Where a child's family lives, on both sides of every boundary, and where no list tells it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError

from quarterdeck.authority import Authority
from quarterdeck.checks import rules, run
from quarterdeck.figures.frame import figures
from quarterdeck.measures.describe import describe
from quarterdeck.measures.registry import catalogue
from quarterdeck.quarter import Quarter, periods
from quarterdeck.records import Records
from quarterdeck.records.coverage import Coverage
from tests.small_county import FILES, SmallCounty, nowhere

WHEN = periods(Quarter(2017, 1), Quarter(2017, 3))
PLAN = {"cp_plan_id": "A", "person_id": "A", "cp_plan_start_date": "2017-10-02"}
LISTS = ("cin_census.xml", "local/allocations.csv", "local/early_help.csv")
HELD = "person_id,team,from_date,to_date,district\n"
Make = Callable[..., Records]


def held(since: str, district: str | None, until: str | None = None, person: str = "A") -> dict[str, object]:
    return {"person_id": person, "team": "North 1", "from_date": since, "to_date": until, "district": district}


def told(records: Records, *days: str, person: str = "A") -> list[str]:
    rows = pd.DataFrame({"person_id": person, "on": pd.Series(days, dtype="datetime64[us]")})
    return describe(records, rows, "on", ["district"]).district.tolist()


def by_district(records: Records, measure: str, kind: str = "quarter") -> pd.DataFrame:
    found = figures(records, [catalogue()[measure]], WHEN)
    return found[(found.breakdown == "district") & (found.kind == kind)]


def as_read(county: SmallCounty) -> Records:
    return county.read(set_aside=True).records


# where a family lives on a day


def test_a_child_who_moved_lives_in_the_new_district_from_the_day_on_which_the_list_says_so(small_records: Make):
    records = small_records(involvements=[held("2017-04-03", "North", "2017-11-10"), held("2017-11-10", "South")])
    assert told(records, "2017-11-09", "2017-11-10") == ["North", "South"]


def test_a_stock_counts_a_child_who_moved_in_the_district_of_each_months_last_day(small_records: Make):
    moved = [held("2017-04-03", "North", "2017-11-30"), held("2017-11-30", "South")]
    found = by_district(small_records(cp_plans=[PLAN], involvements=moved), "cp_plan_rate", "month")
    months = found.set_index(["category", "end"]).numerator
    ends = ("2017-10-31", "2017-11-30", "2017-12-31")
    assert [[months[place, end] for end in ends] for place in ("North", "South")] == [[1, 0, 0], [0, 1, 1]]


def test_a_family_still_lives_somewhere_when_no_team_has_the_case(small_records: Make):
    records = small_records(involvements=[held("2017-04-03", "North", "2017-06-01")])
    assert told(records, "2017-05-31", "2017-06-02", "2017-12-31") == ["North"] * 3


def test_the_first_district_told_is_that_of_the_days_before_a_team_took_the_child_on(small_records: Make):
    records = small_records(involvements=[held("2017-10-09", "North"), held("2017-11-10", "South")])
    assert told(records, "2017-10-02") == ["North"]


def test_each_year_is_told_by_its_own_list_so_that_one_list_tells_no_less_of_it_than_several(small_records: Make):
    before = held("2016-04-04", "North", "2016-06-01") | {"collection_year": 2017}
    since = held("2017-10-09", "South") | {"collection_year": 2018}
    both, alone = (small_records(involvements=rows) for rows in ([before, since], [since]))
    assert told(both, "2017-03-31", "2017-04-01") == ["North", "South"]
    assert told(alone, "2017-03-31", "2017-04-01") == ["unknown", "South"]


def test_what_is_dated_after_the_years_last_list_is_told_by_it(small_records: Make):
    held_so_far = held("2017-10-09", "South") | {"collection_year": 2018}
    records = small_records(involvements=[held_so_far], quarter="2017-18 Q4")
    assert told(records, "2018-04-05") == ["South"]


def test_a_spell_that_does_not_say_where_leaves_the_district_as_it_was(small_records: Make):
    records = small_records(involvements=[held("2017-04-03", "North"), held("2017-11-10", None)])
    assert told(records, "2017-12-31") == ["North"]


def test_of_two_spells_from_one_day_the_later_in_the_list_tells(small_records: Make):
    records = small_records(
        involvements=[held("2017-04-03", "North"), held("2017-04-03", "South") | {"worker_id": "W2"}]
    )
    assert told(records, "2017-04-03") == ["South"]


def test_a_child_whom_no_list_tells_of_is_unknown_and_so_is_a_day_that_is_not_told(small_records: Make):
    records = small_records(involvements=[held("2017-04-03", "North")])
    assert told(records, "2017-12-31", person="B") == ["unknown"]
    assert told(records, "NaT") == ["unknown"]


def test_the_districts_and_those_unknown_add_up_to_the_whole(small_records: Make):
    plans = [PLAN | {"cp_plan_id": who, "person_id": who} for who in "ABCD"]
    spells = [
        held("2017-04-03", place, person=who) for who, place in zip("ABC", ("North", "South", "South"), strict=True)
    ]
    found = by_district(small_records(cp_plans=plans, involvements=spells), "cp_plan_rate").set_index("end")
    now = found.loc[["2017-12-31"]].set_index("category").numerator
    assert now.to_dict() == {"North": 1, "South": 2, "unknown": 1}


def test_early_help_is_counted_where_its_own_list_says_that_the_family_lives(small_records: Make):
    begun = [
        {"family_id": "F1", "episode_start_date": "2017-10-02", "district": "North"},
        {"family_id": "F2", "episode_start_date": "2017-10-02", "district": None},
    ]
    records = small_records(early_help_episodes=begun, involvements=[held("2017-04-03", "South")])
    found = by_district(records, "early_help").set_index("end").loc["2017-12-31"]
    assert found.set_index("category").numerator.to_dict() == {"North": 1, "unknown": 1}


# where no list says it


def test_a_list_without_the_column_makes_every_breakdown_by_district_unavailable(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path, LISTS)
    county.put("local/early_help.csv", FILES["local/early_help.csv"].replace("district", "note"))
    records = as_read(county)
    assert not records.tells("involvements.district") and not records.tells("early_help_episodes.district")
    for measure, other in (("cp_plan_rate", "team"), ("early_help", "lead_organisation")):
        shown = set(figures(records, [catalogue()[measure]], WHEN).breakdown)
        assert other in shown and "district" not in shown


def test_a_column_that_is_empty_in_every_row_tells_no_more_than_none(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path, LISTS)
    county.put("local/allocations.csv", HELD + "TEST000001,Safeguarding North,02/10/2017,,\n")
    assert not as_read(county).tells("involvements.district")
    county.put("local/allocations.csv", HELD + "TEST000001,Safeguarding North,02/10/2017,,Riverside\n")
    assert as_read(county).tells("involvements.district")


def test_a_district_is_available_from_april_of_the_first_year_in_which_the_list_says_it(tmp_path: Path) -> None:
    county = SmallCounty(tmp_path, LISTS)
    row = "TEST000001,Safeguarding North,02/10/2016,,"
    county.put(
        "cin_census.xml", FILES["cin_census.xml"].replace("2017", "2016").replace("2018", "2017"), Quarter(2016, 4)
    )
    county.put("local/allocations.csv", f"{HELD}{row}\n", Quarter(2016, 4))
    county.put("local/allocations.csv", f"{HELD}{row}Riverside\n")
    covers = as_read(county).covers["involvements"]
    assert (covers.events, covers.since) == (pd.Timestamp(2016, 4, 1), {"district": pd.Timestamp(2017, 4, 1)})
    county.put("local/allocations.csv", f"{HELD}{row}Riverside\n", Quarter(2016, 4))
    assert as_read(county).covers["involvements"].since == {}
    county.put("local/allocations.csv", f"{HELD}{row}\n")
    assert not as_read(county).tells("involvements.district")  # what the last list no longer says is not told


def test_a_period_before_the_list_said_it_is_not_available_and_no_count_of_none(small_records: Make):
    made = small_records(cp_plans=[PLAN], involvements=[held("2017-04-03", "North")])
    october = Coverage(since={"district": pd.Timestamp(2017, 10, 1)})
    records = Records(made.authority, made.quarter, made.tables, {"involvements": october})
    found = by_district(records, "cp_plan_rate").set_index("end")
    assert set(found.status[:"2017-09-30"]) == {"x"}
    assert found.numerator["2017-12-31"] == 1
    whole = figures(records, [catalogue()["cp_plan_rate"]], WHEN)
    assert "x" not in set(whole[whole.breakdown == "all"].status)


# what the profile says


def test_a_misspelt_district_is_found_and_counted_as_it_is_written(small_records: Make):
    plans = [PLAN | {"cp_plan_id": who, "person_id": who} for who in "AB"]
    spells = [held("2017-04-03", "North"), held("2017-04-03", "Nroth", person="B")]
    records = small_records(cp_plans=plans, involvements=spells, districts=["North", "South"])
    (state,) = run(records, [rules()["ALL-06"]]).rules.to_dict("records")
    assert (state["state"], state["failing"]) == ("failed", 1)
    assert set(by_district(records, "cp_plan_rate").category) == {"North", "Nroth"}


def test_where_the_profile_names_no_district_whatever_the_list_says_is_taken(small_records: Make):
    records = small_records(involvements=[held("2017-04-03", "Anywhere")])
    assert run(records, [rules()["ALL-06"]]).rules.state.tolist() == ["passed"]


def test_a_profile_that_names_a_district_twice_or_gives_it_no_ons_code_is_refused():
    given = nowhere().model_dump()
    with pytest.raises(ValidationError, match=r"\[\[districts\]\] has North more than once"):
        Authority.model_validate(given | {"districts": [{"name": "North"}, {"name": "North"}]})
    with pytest.raises(ValidationError, match="code"):
        Authority.model_validate(given | {"districts": [{"name": "North", "code": "7"}]})
    with pytest.raises(ValidationError, match="called"):
        Authority.model_validate(given | {"called": {"sex": "gender"}})
