"""What a breakdown tells of a child: as DfE groups it, and as the return of the day's own year said it."""

from __future__ import annotations

import pandas as pd

from quarterdeck.measures.describe import describe


def disability(code: str, year: int | None, person: str = "A") -> dict[str, object]:
    return {"person_id": person, "disability_code": code, "collection_year": year}


def told(records, person: str, *days: str) -> list[str]:
    rows = pd.DataFrame({"person_id": person, "on": pd.to_datetime([*days]).as_unit("us")})
    return describe(records, rows, "on", ["disability"]).disability.tolist()


def test_a_child_is_disabled_on_a_day_when_the_return_of_its_collection_year_says_so(small_records):
    records = small_records(disability=[disability("AUT", 2016), disability("NONE", 2017), disability("LD", 2018)])
    found = told(records, "A", "2016-03-31", "2016-04-01", "2017-03-31", "2017-04-01")
    assert found == ["disabled", "not disabled", "not disabled", "disabled"]


def test_where_the_years_own_return_does_not_tell_of_the_child_the_last_that_does_has_the_say(small_records):
    records = small_records(
        disability=[disability("AUT", 2016), disability("NONE", 2017), disability("NONE", 2016, "B")]
    )
    assert told(records, "A", "2015-03-31", "2018-03-31") == ["not disabled", "not disabled"]
    assert told(records, "B", "2018-03-31") == ["not disabled"]
    assert told(records, "C", "2018-03-31") == ["unknown"]


def test_a_source_of_all_years_tells_of_every_day(small_records):
    records = small_records(disability=[disability("AUT", None), disability("HEAR", None)])
    assert told(records, "A", "2009-03-31", "2018-03-31") == ["disabled", "disabled"]


def test_a_disability_that_the_last_return_no_longer_has_is_not_the_last_told(small_records):
    records = small_records(
        disability=[
            disability("AUT", 2016),
            disability("LD", 2016),
            disability("LD", 2017),
            disability("HEAR", 2016, "B"),
        ]
    )
    assert records.last_told("disability")[["person_id", "disability_code"]].to_numpy().tolist() == [
        ["A", "LD"],
        ["B", "HEAR"],
    ]


def test_a_chinese_child_is_of_the_other_ethnic_group_as_dfe_counts(small_records):
    records = small_records(person=[{"person_id": "A", "ethnicity": "CHNE"}, {"person_id": "B", "ethnicity": "AOTH"}])
    rows = pd.DataFrame({"person_id": ["A", "B"], "on": pd.Timestamp("2018-03-31")})
    assert describe(records, rows, "on", ["ethnicity"]).ethnicity.tolist() == ["other ethnic group", "Asian"]
