"""Comparators against DfE's published tables: which year was out, neighbours' means, ranks."""

import numpy as np
import pandas as pd
import pytest

from quarterdeck.errors import Refused
from quarterdeck.figures.comparators import comparators, history, joined, neighbours, years_out
from quarterdeck.reference import reference_csv

WORCESTERSHIRE, TAMESIDE = "E10000034", "E08000008"
Q3, PAPER = pd.Timestamp("2017-12-31"), pd.Timestamp("2018-03-22")


def test_a_paper_of_march_2018_sees_the_year_ending_march_2017():
    for measure in ("cp_plan_rate", "cla_rate", "cin_rate", "three_plus_placements", "assessments_in_45_days"):
        assert comparators(WORCESTERSHIRE, measure, Q3, paper=PAPER).year_ending == pd.Timestamp("2017-03-31")


def test_the_workforce_of_september_2017_was_out_in_february_2018_and_not_in_january():
    before, after = (
        comparators(WORCESTERSHIRE, "agency_rate", Q3, paper=pd.Timestamp(day)) for day in ("2018-01-31", "2018-02-28")
    )
    assert before.year_ending == pd.Timestamp("2016-09-30")
    assert after.year_ending == pd.Timestamp("2017-09-30")


@pytest.mark.parametrize(("day", "year"), [("2017-11-29", 2016), ("2017-11-30", 2017)])
def test_children_in_need_of_a_year_are_out_by_the_end_of_november(day, year):
    assert years_out("cp_plan_rate", pd.Timestamp(day))[-1].year == year


def test_no_year_after_the_quarter_is_ever_compared_however_late_the_paper():
    found = comparators(WORCESTERSHIRE, "cp_plan_rate", Q3, paper=pd.Timestamp("2026-01-01"))
    assert found.year_ending == pd.Timestamp("2017-03-31")


def test_worcestershires_plan_rate_of_2017_among_england_neighbours_and_authorities():
    found = comparators(WORCESTERSHIRE, "cp_plan_rate", Q3, paper=PAPER)
    assert (found.own_published, found.neighbours_mean, found.neighbours_model) == (44.5, 33.4, 2021)
    assert found.england == pytest.approx(43.8)
    assert found.region_name == "West Midlands"
    assert found.polarity == "neutral"


def test_neighbours_means_are_those_of_the_reference_table_for_both_models_and_every_year():
    table = reference_csv("comparators_neighbour_averages.csv")
    measures = reference_csv("measure_map.csv").dropna(subset="comparator")
    table = table[table.model_year == 2021].set_index(["measure", "area_code", "year_ending"])
    checked = 0
    for area in (WORCESTERSHIRE, TAMESIDE):
        for line in measures.drop_duplicates("measure").itertuples():
            for year in history(area, line.measure, pd.Timestamp("2019-12-31"), paper=pd.Timestamp("2020-12-31")):
                row = table.loc[(year.comparator, area, f"{year.year_ending:%Y-%m-%d}")]
                assert year.neighbours_counted == row.neighbours_with_value
                if row.neighbours_with_value:
                    assert year.neighbours_mean == pytest.approx(row["mean"], abs=0.051)
                checked += 1
    assert checked > 150


def test_the_model_in_force_at_the_papers_date_is_used_or_the_earliest_held():
    assert neighbours(WORCESTERSHIRE, pd.Timestamp("2018-03-22"))[0] == 2021
    assert neighbours(WORCESTERSHIRE, pd.Timestamp("2024-12-31"))[0] == 2021
    assert neighbours(WORCESTERSHIRE, pd.Timestamp("2025-01-31"))[0] == 2021
    assert neighbours(WORCESTERSHIRE, pd.Timestamp("2025-05-30"))[0] == 2021
    assert neighbours(WORCESTERSHIRE, pd.Timestamp("2025-05-31"))[0] == 2025
    assert len(neighbours(TAMESIDE, pd.Timestamp("2018-03-22"))[1]) == 10


def test_authorities_since_abolished_are_ranked_in_the_years_they_had():
    found = comparators(WORCESTERSHIRE, "cla_rate", Q3, paper=PAPER)
    current = pd.read_parquet(reference_path("comparators.parquet"))
    rows = current[(current.measure == "cla_rate") & (current.year_ending.astype("str") == "2017-03-31")]
    alone = rows[(rows.area_type == "local_authority") & rows.value.notna()]
    assert found.of > len(alone)


def reference_path(name):
    from quarterdeck.reference import project_folder

    return project_folder() / "data" / "reference" / name


def test_rank_1_is_the_best_where_a_measure_has_a_polarity():
    rows = reference_csv("areas.csv")
    codes = rows[(rows.area_type == "local_authority") & (rows.status == "current")].area_code
    found = [comparators(code, "assessments_in_45_days", Q3, paper=PAPER) for code in codes]
    ranked = sorted((one for one in found if one.rank), key=lambda one: one.rank)
    assert ranked[0].rank == 1
    assert ranked[0].own_published == max(one.own_published for one in ranked)
    assert {one.quartile for one in ranked} == {1, 2, 3, 4}
    lower = comparators(WORCESTERSHIRE, "three_plus_placements", Q3, paper=PAPER)
    assert (lower.own_published, lower.england, lower.quartile) == (14.0, 10.0, 4)


def test_a_category_has_its_own_comparator_and_residential_none_before_2020():
    foster = comparators(WORCESTERSHIRE, "placement_mix", Q3, category="foster care", paper=PAPER)
    assert (foster.comparator, foster.own_published) == ("cla_foster_pct", 74.0)
    assert comparators(WORCESTERSHIRE, "placement_mix", Q3, category="residential", paper=PAPER) is None


def test_a_measure_nobody_publishes_has_no_comparator():
    assert comparators(WORCESTERSHIRE, "cin_open_over_9_months", Q3) is None
    assert comparators(WORCESTERSHIRE, "no such measure", Q3) is None


def test_an_unpublished_own_figure_has_no_rank_but_england_is_shown():
    found = comparators(WORCESTERSHIRE, "care_leaver_in_touch", Q3, paper=PAPER)
    assert np.isnan(found.own_published)
    assert (found.rank, found.quartile) == (None, None)
    assert np.isfinite(found.england)


def test_an_area_nobody_knows_has_england_and_no_rank():
    found = comparators("E09999999", "cla_rate", Q3, paper=PAPER)
    assert np.isfinite(found.england)
    assert found.rank is None
    assert np.isnan(found.neighbours_mean)


def test_every_published_measure_has_a_release_month():
    catalogue = reference_csv("measures_catalogue.csv").dfe_source_table
    sources = reference_csv("release_months.csv").source
    assert catalogue.map(lambda table: sum(table.startswith(source) for source in sources)).eq(1).all()


def test_a_rank_says_how_many_authorities_published_no_figure():
    plans = comparators(WORCESTERSHIRE, "cp_plan_rate", Q3, paper=PAPER)
    # of the 152 authorities of 2017: City of London and Isles of Scilly hidden; Bournemouth, Poole and Dorset not held
    assert (plans.of, plans.not_published) == (147, 5)
    looked_after = comparators(WORCESTERSHIRE, "cla_rate", Q3, paper=PAPER)
    assert (looked_after.of, looked_after.not_published) == (152, 0)


def test_authorities_not_yet_made_are_not_counted_as_missing():
    later = comparators(WORCESTERSHIRE, "cla_rate", pd.Timestamp("2025-12-31"), paper=pd.Timestamp("2026-01-31"))
    # City of London hidden; Isles of Scilly has no such children
    assert (later.year_ending.year, later.of, later.not_published) == (2025, 151, 1)


def test_a_neutral_measure_has_a_rank_by_size_and_no_quartile():
    plans = comparators(WORCESTERSHIRE, "cp_plan_rate", Q3, paper=PAPER)
    rows = pd.read_parquet(reference_path("comparators.parquet"))
    rows = rows[(rows.measure == "cp_plan_rate") & (rows.year_ending.astype("str") == "2017-03-31")]
    above = rows[(rows.area_type == "local_authority") & (rows.value > 44.5)].area_code.nunique()
    gone = reference_csv("comparators_abolished_authorities.csv")
    gone = gone[(gone.measure == "cp_plan_rate") & (gone.year_ending == "2017-03-31") & (gone.value > 44.5)]
    assert plans.rank == above + len(gone) + 1
    assert plans.quartile is None


def test_a_figure_held_twice_is_used_once_and_refused_where_the_two_differ():
    row = {
        "measure": "cla_rate",
        "area_code": "E10000009",
        "area_type": "local_authority",
        "year_ending": "2017-03-31",
        "value": 60.0,
        "status": "",
        "source": "CLA 2019",
    }
    one = pd.DataFrame([row])
    assert len(joined(one, one.assign(source="LAIT"))) == 1
    with pytest.raises(Refused, match=r"(?s)E10000009.*61\.0"):
        joined(one, one.assign(value=61.0))
    with pytest.raises(Refused, match="E10000009"):
        joined(one, one.assign(value=np.nan, status="c"))
