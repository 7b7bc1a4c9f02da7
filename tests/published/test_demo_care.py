"""The demonstration county's looked-after files, counted from the files alone, against what DfE and the panel printed.

Nothing here uses a measure or a reader of the library: a figure that misses is the generator's fault, and is named.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from quarterdeck.demo import SEED, care_lists, ssda903
from quarterdeck.demo.care import care_history
from quarterdeck.demo.targets import CALIBRATIONS
from quarterdeck.quarter import Quarter
from tests.conftest import AUTHORITY

ROOT = Path(__file__).resolve().parents[2]
YEARS = (2016, 2017, 2018, 2019)
Counts = dict[str, int]


@pytest.fixture(scope="module", params=CALIBRATIONS)
def authority(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folders of the quarters that these tests read, each with its ssda903 and local files, by authority."""

    @cache
    def folder(authority: str) -> Path:
        base, care = tmp_path_factory.mktemp(authority), care_history(SEED, authority)
        quarters = [Quarter(year - 1, 4) for year in (2015, *YEARS)]
        for quarter in (*quarters, Quarter(2016, 3), Quarter(2017, 1), Quarter(2017, 2), Quarter(2017, 3)):
            ssda903.write(care, quarter, base / quarter.slug)
            care_lists.write(care, quarter, base / quarter.slug)
        return base

    return folder


@pytest.fixture
def returns(written: Callable[[str], Path], authority: str) -> Path:
    return written(authority)


@pytest.fixture
def with_panel(written: Callable[[str], Path]) -> Path:
    """The folders of the authority whose panel printed figures of its own."""
    return written(AUTHORITY)


@pytest.fixture
def printed(authority: str) -> pd.Series:
    """DfE's counts, one source an item and year: as first published, or else of the long series."""
    return first_published(authority)


@cache
def first_published(authority: str) -> pd.Series:
    table = pd.read_csv(ROOT / "data" / "reference" / CALIBRATIONS[authority])
    table["year"] = table.period_end.str[:4].astype(int)
    table["rank"] = np.where(table.source.str.contains("as first published"), 0, 1)
    table = table[table["rank"] == table.groupby(["item", "year"])["rank"].transform("min")]
    table = table[table.value.notna()].drop_duplicates(["item", "breakdown", "year"])
    return table.set_index(["item", "year", "breakdown"]).value


def read(returns: Path, quarter: str, name: str, *dates: str) -> pd.DataFrame:
    kind = "ssda903" if (returns / quarter / "ssda903" / f"{name}.csv").exists() else "local"
    frame = pd.read_csv(returns / quarter / kind / f"{name}.csv", dtype=str, keep_default_na=False)
    for date in dates:
        frame[date] = pd.to_datetime(frame[date], format="mixed", dayfirst=True)
    return frame


def episodes(returns: Path, quarter: str) -> pd.DataFrame:
    """One extract's episodes, short breaks left out, with date of birth, sex and ethnicity."""
    frame = read(returns, quarter, "episodes", "DECOM", "DEC")
    header = read(returns, quarter, "header", "DOB")
    return frame[~frame.LS.isin(["V3", "V4"])].merge(header, on="CHILD", validate="many_to_one")


def age(born: pd.Series, on: pd.Series | pd.Timestamp) -> pd.Series:
    when = on if isinstance(on, pd.Series) else pd.Series(on, index=born.index)
    before = (when.dt.month < born.dt.month) | ((when.dt.month == born.dt.month) & (when.dt.day < born.dt.day))
    return when.dt.year - born.dt.year - before


def open_on(frame: pd.DataFrame, on: str) -> pd.DataFrame:
    date = pd.Timestamp(on)
    return frame[(date >= frame.DECOM) & ~(date >= frame.DEC)]


def stock(returns: Path, year: int) -> pd.DataFrame:
    return open_on(episodes(returns, f"{year - 1}-{year % 100:02d}-Q4"), f"{year}-03-31")


def first_starts(returns: Path, year: int) -> pd.DataFrame:
    frame = episodes(returns, f"{year - 1}-{year % 100:02d}-Q4")
    begun = frame[(frame.RNE == "S") & (pd.Timestamp(year - 1, 4, 1) <= frame.DECOM)]
    return begun.sort_values("DECOM", kind="stable").drop_duplicates("CHILD")


def last_ceases(returns: Path, year: int) -> pd.DataFrame:
    frame = episodes(returns, f"{year - 1}-{year % 100:02d}-Q4")
    ended = frame[~frame.REC.isin(["", "X1"])]
    return ended.sort_values("DEC", kind="stable").drop_duplicates("CHILD", keep="last")


BANDS = ["under_1", "1_to_4", "5_to_9", "10_to_15", "16_and_over"]
EXIT_BANDS = ["under_1", "1_to_4", "5_to_9", "10_to_15", "16", "17", "18_and_over"]
PLACES = {
    **dict.fromkeys(["U1", "U2", "U3", "U4", "U5", "U6"], "foster_placement"),
    **dict.fromkeys(["A3", "A4", "A5", "A6"], "placed_for_adoption"),
    **dict.fromkeys(["K1", "K2", "H5"], "secure_units_childrens_homes_and_hostels"),
    **dict.fromkeys(["R1", "R2", "R3", "R5"], "other_residential_settings"),
    **dict.fromkeys(["P2", "P3"], "other_placement_in_community"),
    "P1": "placed_with_parents",
    "S1": "residential_schools",
    "Z1": "other_placements",
}
PROVIDERS = {
    "PR0": "parents", "PR1": "own_provision", "PR2": "other_la_provision", "PR3": "other_public_provision",
    "PR4": "private_provision", "PR5": "voluntary_provision", "": "not_reported",
}  # fmt: skip
LEGAL = {
    "C1": "interim_care_order", "C2": "full_care_order", "E1": "placement_order", "V2": "section_20_voluntary",
    "J1": "youth_justice", "J2": "youth_justice", "J3": "youth_justice",
}  # fmt: skip
FIRST_LEGAL = {
    "C1": "interim_care_order", "C2": "full_care_order", "E1": "placement_order", "V2": "section_20_voluntary",
    "J1": "remand_or_committed", "J2": "pace", "J3": "supervision_or_rehabilitation_order_residence",
    "L1": "police_protection", "L2": "emergency_protection_order", "L3": "child_assessment_order",
}  # fmt: skip
NEEDS = {
    "N1": "n1_abuse_or_neglect", "N2": "n2_childs_disability", "N3": "n3_parental_illness_or_disability",
    "N4": "n4_family_in_acute_stress", "N5": "n5_family_dysfunction", "N6": "n6_socially_unacceptable_behaviour",
    "N7": "n7_low_income", "N8": "n8_absent_parenting",
}  # fmt: skip
GROUPS = {"W": "white", "M": "mixed", "B": "black", "A": "asian", "C": "other_ethnic_group", "O": "other_ethnic_group"}
GROUPS |= {"N": "not_known", "R": "not_known"}
REASONS = {
    "E11": "adopted_unopposed", "E12": "adopted_consent_dispensed",
    "E13": "to_relatives_or_others_no_parental_responsibility", "E14": "remand_ended",
    "E15": "age_assessment_18_or_over", "E16": "moved_abroad", "E2": "died", "E3": "taken_by_another_la",
    "E41": "residence_or_child_arrangements_order", "E4A": "returned_to_parents_planned",
    "E4B": "returned_to_parents_not_planned",
    "E5": "independent_living_supported", "E6": "independent_living_no_support", "E7": "adult_residential_care",
    "E8": "other", "E9": "custody",
}  # fmt: skip
GUARDIANSHIP = {
    2018: {
        "E45": "sgo_former_foster_carer", "E46": "sgo_former_foster_carer",
        "E47": "sgo_other_carer", "E48": "sgo_other_carer",
    },
    2019: {
        "E45": "sgo_former_foster_carer_relative", "E46": "sgo_former_foster_carer_other",
        "E47": "sgo_other_carer_relative", "E48": "sgo_other_carer_other",
    },
}  # fmt: skip
MOVES = {
    "ALLEG": "allegation", "APPRR": "approval_removed", "LAREQ": "authority_request", "CARPL": "care_plan",
    "CREQB": "carer_request_behaviour", "CREQO": "carer_request_other", "PLACE": "change_of_status_only",
    "CHILD": "child_request", "CUSTOD": "custody", "OTHER": "other", "CLOSE": "resignation_or_closure",
    "STAND": "standards_of_care",
}  # fmt: skip


def tally(values: pd.Series) -> Counts:
    return {str(name): int(count) for name, count in values.value_counts().items()}


def banded(ages: pd.Series, edges: list[int], names: list[str]) -> Counts:
    return tally(pd.cut(ages, edges, right=False, labels=names).astype(str))


def stock_by(column: str, words: dict[str, str]) -> Callable[[Path, int], Counts]:
    return lambda returns, year: tally(stock(returns, year)[column].map(words))


def stock_by_age(returns: Path, year: int) -> Counts:
    rows = stock(returns, year)
    return banded(age(rows.DOB, pd.Timestamp(year, 3, 31)), [0, 1, 5, 10, 16, 30], BANDS)


def starts_by_age(returns: Path, year: int) -> Counts:
    rows = first_starts(returns, year)
    return banded(age(rows.DOB, rows.DECOM), [0, 1, 5, 10, 16, 30], BANDS)


def ceases_by_age(returns: Path, year: int) -> Counts:
    rows = last_ceases(returns, year)
    return banded(age(rows.DOB, rows.DEC), [0, 1, 5, 10, 16, 17, 18, 30], EXIT_BANDS)


def ceases_by_reason(returns: Path, year: int) -> Counts:
    return tally(last_ceases(returns, year).REC.map(REASONS | GUARDIANSHIP[2019 if year == 2019 else 2018]))


def during_year(returns: Path, year: int) -> Counts:
    return {
        "total": episodes(returns, f"{year - 1}-{year % 100:02d}-Q4")
        .query(f"DEC != '{year - 1}-03-31'")
        .CHILD.nunique()
    }


def moves_by_reason(returns: Path, year: int) -> Counts:
    frame = episodes(returns, f"{year - 1}-{year % 100:02d}-Q4")
    rows = frame[(frame.REASON_PLACE_CHANGE != "") & (pd.Timestamp(year - 1, 4, 1) <= frame.DEC)]
    return tally(rows.REASON_PLACE_CHANGE.map(MOVES)) | {"total": len(rows)}


def asylum(returns: Path, year: int) -> Counts:
    alone = read(returns, f"{year - 1}-{year % 100:02d}-Q4", "uasc")
    return {"total": int(stock(returns, year).CHILD.isin(alone.CHILD).sum())}


def stays(returns: Path, *quarters: str) -> pd.DataFrame:
    """Placements from the extracts of several years: consecutive episodes with the same carers are one."""
    frame = pd.concat([episodes(returns, quarter).assign(extract=order) for order, quarter in enumerate(quarters)])
    frame = frame.sort_values(["CHILD", "DECOM", "extract"], kind="stable")
    frame = frame.drop_duplicates(["CHILD", "DECOM"], keep="last")
    frame["DEC"] = frame.DEC.fillna(pd.Timestamp(2100, 1, 1))
    frame["stay"] = frame.RNE.isin(["S", "P", "B"]).cumsum()
    return frame.groupby(["CHILD", "stay"], as_index=False).agg(
        DECOM=("DECOM", "first"), DEC=("DEC", "last"), PLACE=("PLACE", "last"), DOB=("DOB", "first")
    )


def extracts(returns: Path, upto: str) -> list[str]:
    """The latest quarter of each collection year up to one."""
    names = sorted(path.name for path in returns.iterdir() if path.name <= upto)
    return [name for name in names if name.endswith("Q4") or name == upto]


def three_or_more(returns: Path, quarter: str, on: str) -> tuple[int, int]:
    rows = stays(returns, *extracts(returns, quarter))
    date = pd.Timestamp(on)
    begun = date - pd.DateOffset(months=12) + pd.Timedelta(days=1)
    within = rows[(date >= rows.DECOM) & ~(begun > rows.DEC)]
    here = open_on(episodes(returns, quarter), on).CHILD
    counts = within[within.CHILD.isin(here)].groupby("CHILD").size()
    return int((counts >= 3).sum()), len(here)


def stability(returns: Path, year: int) -> Counts:
    return {
        "3_or_more_placements_in_year": three_or_more(returns, f"{year - 1}-{year % 100:02d}-Q4", f"{year}-03-31")[0]
    }


def long_term(returns: Path, year: int) -> Counts:
    on = pd.Timestamp(year, 3, 31)
    quarters = extracts(returns, f"{year - 1}-{year % 100:02d}-Q4")
    merged = pd.concat([episodes(returns, quarter) for quarter in quarters])
    entered = merged[merged.RNE == "S"].groupby("CHILD").DECOM.max()
    rows = stays(returns, *quarters).sort_values(["CHILD", "DECOM"], kind="stable")
    rows["before"] = rows.groupby("CHILD").DECOM.shift()
    here = open_on(rows, f"{year}-03-31")
    since = here.CHILD.map(entered)
    long = here[(since <= on - pd.DateOffset(months=30)) & (age(here.DOB, on) < 16)]
    adoption = long.PLACE.str[0] == "A"
    began = long.DECOM.mask(adoption & long.before.notna(), long.before)
    return {
        "under_16_looked_after_2_5_years": len(long),
        "under_16_looked_after_2_5_years_same_placement_2_years": int((began <= on - pd.DateOffset(years=2)).sum()),
    }


def located(returns: Path, year: int) -> pd.DataFrame:
    quarter = f"{year - 1}-{year % 100:02d}-Q4"
    where = read(returns, quarter, "placement_locations", "placement_start").sort_values(
        "placement_start", kind="stable"
    )
    rows = stock(returns, year).sort_values("DECOM", kind="stable")
    rows = pd.merge_asof(
        rows, where, left_on="DECOM", right_on="placement_start", left_by="CHILD", right_by="person_id"
    )
    miles = pd.to_numeric(rows.distance_miles)
    far = np.select([miles.isna(), miles > 20], ["not_known", "over_20_miles"], "20_miles_or_less")
    return rows.assign(side=np.where(rows.inside == "Y", "inside_la", "outside_la"), far=far)


def locality(returns: Path, year: int) -> Counts:
    return tally(located(returns, year).side + "_boundary")


def locality_and_distance(returns: Path, year: int) -> Counts:
    rows = located(returns, year)
    return tally(rows.side + "_" + rows.far)


def homes_outside(returns: Path, year: int) -> Counts:
    rows = located(returns, year)
    outside = int(((rows.PLACE == "K2") & (rows.inside == "N")).sum())
    return {"placed_outside_the_local_authority_boundary": outside}


def gone(kind: str) -> Callable[[Path, int], Counts]:
    def count(returns: Path, year: int) -> Counts:
        rows = read(returns, f"{year - 1}-{year % 100:02d}-Q4", "missing", "MIS_START", "MIS_END")
        rows = rows[kind == rows.MISSING]
        begun = rows[pd.Timestamp(year - 1, 4, 1) <= rows.MIS_START]
        times = begun.CHILD.value_counts()
        return {
            "children_in_year": len(times),
            "incidents_in_year": len(begun),
            "children_more_than_once_in_year": int((times > 1).sum()),
            "on_31_march": int((~(pd.Timestamp(year, 3, 31) >= rows.MIS_END)).sum()),
        }

    return count


def health(returns: Path, year: int) -> Counts:
    rows = read(returns, f"{year - 1}-{year % 100:02d}-Q4", "oc2", "DOB")
    score = pd.to_numeric(rows.SDQ_SCORE)
    yes = {
        "annual_health_assessment": "HEALTH_ASSESSMENT", "immunisations_up_to_date": "IMMUNISATIONS",
        "teeth_checked": "TEETH_CHECK", "convicted_or_cautioned": "CONVICTED",
        "development_assessment_up_to_date": "HEALTH_CHECK", "substance_misuse_identified": "SUBSTANCE_MISUSE",
        "substance_misuse_intervention_received": "INTERVENTION_RECEIVED",
        "substance_misuse_intervention_refused": "INTERVENTION_OFFERED",
    }  # fmt: skip
    return {name: int((rows[column] == "1").sum()) for name, column in yes.items()} | {
        "looked_after_12_months": len(rows),
        "aged_under_5": int((age(rows.DOB, pd.Timestamp(year, 3, 31)) < 5).sum()),
        "sdq_received": int(score.notna().sum()),
        "sdq_normal": int((score < 14).sum()),
        "sdq_borderline": int(score.between(14, 16).sum()),
        "sdq_concern": int((score > 16).sum()),
    }


def leavers(column: str, words: dict[str, str], letters: int = 9) -> Callable[[Path, int], Counts]:
    return lambda returns, year: tally(
        read(returns, f"{year - 1}-{year % 100:02d}-Q4", "oc3")[column].str[:letters].map(words)
    )


ACCOMMODATION = {
    "W": "bed_and_breakfast", "C": "community_home", "X": "custody", "H": "deported", "V": "emergency_accommodation",
    "Z": "former_foster_carers", "T": "foyer", "G": "gone_abroad", "U": "independent_living", "S": "no_fixed_abode",
    "0": "no_information", "K": "ordinary_lodgings", "Y": "other", "B": "parents_or_relatives",
    "R": "residence_not_known", "D": "semi_independent_transitional", "E": "supported_lodgings",
}  # fmt: skip
ACTIVITY = {
    "F1": "higher_education", "P1": "higher_education", "F2": "other_education", "P2": "other_education",
    **dict.fromkeys(["F4", "P4", "F5", "P5"], "training_or_employment"), "G4": "neet_illness_or_disability",
    "G5": "neet_other_reasons", "G6": "neet_pregnancy_or_parenting", "0": "no_information",
}  # fmt: skip
SUITABLE = dict.fromkeys([f"{home}1" for home in "BCDEKSTUVWXYZ"], "suitable")
SUITABLE |= dict.fromkeys([f"{home}2" for home in "BCDEKSTUVWXYZ"], "not_suitable") | {"0": "no_information"}
CONTACT = {"YES": "in_touch", "NO": "not_in_touch", "REFU": "refuses_contact", "NREQ": "no_longer_requires_services"}

COUNTED: dict[str, Callable[[Path, int], Counts]] = {
    "cla_on_31_march": lambda returns, year: {"total": len(stock(returns, year))},
    "cla_on_31_march_by_age": stock_by_age,
    "cla_on_31_march_by_gender": stock_by("SEX", {"1": "male", "2": "female"}),
    "cla_on_31_march_by_ethnicity": lambda returns, year: tally(stock(returns, year).ETHNIC.str[0].map(GROUPS)),
    "cla_on_31_march_by_legal_status": stock_by("LS", LEGAL),
    "cla_on_31_march_by_placement": stock_by("PLACE", PLACES),
    "cla_on_31_march_by_provider": stock_by("PLACE_PROVIDER", PROVIDERS),
    "cla_on_31_march_by_locality": locality,
    "cla_on_31_march_by_locality_and_distance": locality_and_distance,
    "cla_in_childrens_homes_on_31_march": homes_outside,
    "cla_on_31_march_uasc": asylum,
    "cla_on_31_march_placement_stability": stability,
    "cla_on_31_march_long_term_stability": long_term,
    "cla_during_year": during_year,
    "cla_started": lambda returns, year: {"total": len(first_starts(returns, year))},
    "cla_started_by_age": starts_by_age,
    "cla_started_by_gender": lambda returns, year: tally(
        first_starts(returns, year).SEX.map({"1": "male", "2": "female"})
    ),
    "cla_started_by_category_of_need": lambda returns, year: tally(first_starts(returns, year).CIN.map(NEEDS)),
    "cla_started_by_legal_status": lambda returns, year: tally(first_starts(returns, year).LS.map(FIRST_LEGAL)),
    "cla_ceased": lambda returns, year: {"total": len(last_ceases(returns, year))},
    "cla_ceased_by_age": ceases_by_age,
    "cla_ceased_by_gender": lambda returns, year: tally(
        last_ceases(returns, year).SEX.map({"1": "male", "2": "female"})
    ),
    "cla_ceased_by_reason": ceases_by_reason,
    "placements_ended_in_year_by_reason": moves_by_reason,
    "cla_missing": gone("M"),
    "cla_away_without_authorisation": gone("A"),
    "cla_12_months_health_and_outcomes": health,
    "care_leavers_19_to_21": lambda returns, year: {
        "total": len(read(returns, f"{year - 1}-{year % 100:02d}-Q4", "oc3"))
    },
    "care_leavers_19_to_21_accommodation": leavers("ACCOM", ACCOMMODATION, letters=1),
    "care_leavers_19_to_21_suitability": leavers("ACCOM", SUITABLE),
    "care_leavers_19_to_21_activity": leavers("ACTIV", ACTIVITY),
    "care_leavers_19_to_21_contact": leavers("IN_TOUCH", CONTACT),
}
# Not of one meaning with the rest, or not a count of these files: the ages that DfE's health table is based on overlap.
ASIDE = {
    "cla_12_months_health_and_outcomes": ("aged_5_to_16", "aged_10_to_17", "aged_10_and_over", "sdq_average_score"),
    "cla_in_childrens_homes_on_31_march": ("net_gain_of_children_by_responsible_la",),
    "cla_missing": ("average_incidents_per_missing_child",),
    "cla_away_without_authorisation": ("average_incidents_per_child",),
    "care_leavers_19_to_21_activity": ("in_eet_total", "neet_total"),
    "cla_started": ("taken_into_care",),
}


# Cells that nothing can come to.
LEFT: dict[tuple[str, str, int], set[str]] = {
    # DfE's children in the year are one more than its stock, starts and ends of the year leave room for.
    ("tameside-demo", "cla_during_year", 2017): {"total"},
}


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("item", COUNTED)
def test_the_files_come_to_what_was_published(
    authority: str, returns: Path, printed: pd.Series, item: str, year: int
) -> None:
    known = printed[printed.index.get_level_values("item") == item]
    known = known[known.index.get_level_values("year") == year].droplevel(["item", "year"])
    known = known[~known.index.isin(ASIDE.get(item, ()))]
    if known.empty:
        pytest.skip("nothing was published for this year")
    found = COUNTED[item](returns, year)
    wrong = {name: (found.get(name, 0), int(value)) for name, value in known.items() if found.get(name, 0) != value}
    left = LEFT.get((authority, item, year), set()) & set(known.index)
    assert set(wrong) == left, f"{item} {year}: found and published differ: {wrong}; known to: {left}"


def at_december(returns: Path, year: int) -> pd.DataFrame:
    return open_on(episodes(returns, f"{year}-{year % 100 + 1:02d}-Q3"), f"{year}-12-31")


def test_the_placements_of_december_2017_are_those_the_panel_was_given(with_panel: Path) -> None:
    rows = at_december(with_panel, 2017)
    external = rows.PLACE_PROVIDER.isin(["PR3", "PR4", "PR5"])
    residential, others = rows.PLACE.isin(["K2", "R1", "S1"]), rows.PLACE.isin(["U4", "U5", "U6"])
    assert len(rows) == rows.CHILD.nunique() == 796
    assert int((rows.PLACE.str[0] == "U").sum()) == 561
    assert (int(residential.sum()), int((residential & external).sum())) == (91, 45)
    assert (int(others.sum()), int((others & external).sum())) == (424, 225)


def test_the_external_shares_of_december_2016_are_53_and_51_percent(with_panel: Path) -> None:
    rows = at_december(with_panel, 2016)
    external = rows.PLACE_PROVIDER.isin(["PR3", "PR4", "PR5"])
    assert round(100 * external[rows.PLACE.isin(["K2", "R1", "S1"])].mean()) == 53
    assert round(100 * external[rows.PLACE.isin(["U4", "U5", "U6"])].mean()) == 51


@pytest.mark.parametrize(
    ("quarter", "on", "percent"), [("2017-18-Q1", "2017-04-30", 13), ("2017-18-Q3", "2017-12-31", 10)]
)
def test_the_share_with_three_placements_is_as_printed(with_panel: Path, quarter: str, on: str, percent: int) -> None:
    many, everyone = three_or_more(with_panel, quarter, on)
    assert round(100 * many / everyone) == percent


def test_more_children_leave_care_than_come_into_it_in_each_month_from_september_2017(with_panel: Path) -> None:
    rows = episodes(with_panel, "2017-18-Q3")
    begun = rows[rows.RNE == "S"].DECOM.dt.to_period("M").value_counts()
    ended = rows[~rows.REC.isin(["", "X1"])].DEC.dt.to_period("M").value_counts()
    months = pd.period_range("2017-09", "2017-12", freq="M")
    assert (ended[months] > begun[months]).all()
    assert (begun - ended)[pd.period_range("2017-04", "2017-06", freq="M")].sum() > 0


def costs(returns: Path, quarter: str = "2017-18-Q3") -> pd.DataFrame:
    frame = read(returns, quarter, "placement_costs", "start", "end", "date_of_birth")
    return frame.assign(weekly_cost=frame.weekly_cost.astype(int))


def paid_on(frame: pd.DataFrame, on: str) -> pd.DataFrame:
    return frame[(frame.start <= pd.Timestamp(on)) & ~(frame.end <= pd.Timestamp(on))]


PRINTED_COSTS = {
    "Agency Residential": (3546, 63), "In-house Residential": (2748, 25), "Independent Fostering Agency": (792, 231),
    "In-house Fostering": (476, 189), "Kinship Fostering": (389, 137), "Placement Plus": (964, 4),
    "External Supported Living": (858, 26), "Internal Supported Living": (244, 20),
    "Internal Supported Living – Complex Needs": (1079, 6), "Safe Base / Supported Lodging": (305, 7),
    "Student Accommodation": (99, 7), "Staying Put Arrangements": (177, 39),
}  # fmt: skip


@pytest.mark.parametrize("first", ["2017-10-01", "2017-12-01"])
def test_the_cost_table_of_december_2017_comes_out_for_the_month_and_the_quarter(with_panel: Path, first: str) -> None:
    frame = costs(with_panel)
    begun, after = pd.Timestamp(first), pd.Timestamp("2018-01-01")
    days = (frame.end.fillna(after).clip(upper=after) - frame.start.clip(lower=begun)).dt.days.clip(lower=0)
    weekly = (days * frame.weekly_cost).groupby(frame.placement_type).sum() / days.groupby(frame.placement_type).sum()
    number = paid_on(frame, "2017-12-31").placement_type.value_counts()
    found = {kind: (round(weekly[kind]), int(number[kind])) for kind in number.index}
    assert found == PRINTED_COSTS
    assert int(number.sum()) == 754


def test_the_changes_in_number_that_the_text_names_come_out(with_panel: Path) -> None:
    def number(quarter: str, on: str, kind: str) -> int:
        return int((paid_on(costs(with_panel, quarter), on).placement_type == kind).sum())

    fostering, kinship = number("2017-18-Q3", "2017-12-31", "In-house Fostering"), "Kinship Fostering"
    assert fostering - number("2017-18-Q3", "2017-11-30", "In-house Fostering") == -5
    assert fostering - number("2016-17-Q4", "2017-03-31", "In-house Fostering") == -11
    assert number("2017-18-Q3", "2017-12-31", kinship) - number("2016-17-Q3", "2016-12-31", kinship) == 56


def test_the_over_18s_in_funded_placements_are_39_staying_put_7_students_and_26_in_supported_living(
    with_panel: Path,
) -> None:
    rows = paid_on(costs(with_panel), "2017-12-31")
    adult = rows[age(rows.date_of_birth, pd.Timestamp("2017-12-31")) >= 18]
    expected = {"Staying Put Arrangements": 39, "External Supported Living": 26, "Student Accommodation": 7}
    assert tally(adult.placement_type) == expected
    assert rows.person_id.is_unique


def test_the_forecast_of_agency_residential_placements_is_35(with_panel: Path) -> None:
    plan = read(with_panel, "2017-18-Q3", "placement_budget").set_index("placement_type")
    assert plan.forecast_number["Agency Residential"] == "35"


@pytest.mark.parametrize("year", (2015, *YEARS))
def test_episodes_follow_one_another_without_a_gap_and_agree_with_each_other(returns: Path, year: int) -> None:
    frame = episodes(returns, f"{year - 1}-{year % 100:02d}-Q4").sort_values(["CHILD", "DECOM"], kind="stable")
    following = frame.groupby("CHILD").shift(-1)
    goes_on = frame.REC == "X1"
    assert (following.DECOM[goes_on] == frame.DEC[goes_on]).all()
    assert (following.RNE[goes_on] != "S").all()
    assert (following.RNE[~goes_on & following.RNE.notna()] == "S").all()
    assert (frame.DEC.isna() == (frame.REC == "")).all()
    assert not (frame.DEC <= frame.DECOM).any()
    assert (frame.PLACE_PROVIDER[frame.PLACE == "P1"] == "PR0").all()
    assert (frame.PLACE_PROVIDER[frame.PLACE != "P1"] != "PR0").all()
    assert frame.LS[frame.PLACE.isin(["A5", "A6"])].eq("E1").all()
    assert not frame.LS[frame.PLACE == "P1"].isin(["V2", "L1", "L2", "J1"]).any()
    moved = following.RNE.isin(["P", "B", "T", "U"]) & goes_on
    assert (frame.REASON_PLACE_CHANGE[moved] != "").all()
    assert (frame.REASON_PLACE_CHANGE[~moved] == "").all()
    assert not (frame.DECOM < frame.DOB).any()
    assert (age(frame.DOB, frame.DECOM) < 18).all()
    assert not (frame.LS.eq(following.LS) & following.RNE.isin(["L", "B", "U"]) & goes_on).any()


def test_a_quarter_cut_earlier_in_the_year_knows_nothing_later_than_its_last_day(returns: Path) -> None:
    frame = episodes(returns, "2017-18-Q2")
    assert (pd.Timestamp("2017-09-30") >= frame.DECOM).all()
    assert not (pd.Timestamp("2017-09-30") < frame.DEC).any()
    whole = episodes(returns, "2017-18-Q4")
    known = frame[["CHILD", "DECOM"]].merge(
        whole[["CHILD", "DECOM"]], on=["CHILD", "DECOM"], how="left", indicator=True
    )
    assert (known["_merge"] == "both").all()


@pytest.mark.parametrize("year", (2015, *YEARS))
def test_reviews_are_held_while_the_child_is_looked_after_and_the_young_are_not_asked(returns: Path, year: int) -> None:
    quarter = f"{year - 1}-{year % 100:02d}-Q4"
    reviews = read(returns, quarter, "reviews", "REVIEW", "DOB")
    young = age(reviews.DOB, reviews.REVIEW) < 4
    assert (young == (reviews.REVIEW_CODE == "PN0")).all()
    pairs = reviews.merge(episodes(returns, quarter)[["CHILD", "DECOM", "DEC"]], on="CHILD")
    held = (pairs.REVIEW >= pairs.DECOM) & ~(pairs.REVIEW > pairs.DEC)
    assert pairs[held].drop_duplicates(["CHILD", "REVIEW"]).shape[0] == reviews.shape[0]


def test_the_same_seed_gives_the_same_files(authority: str, returns: Path, tmp_path: Path) -> None:
    care_history.cache_clear()
    again = care_history(SEED, authority)
    quarter = Quarter(2017, 3)
    for path in (*ssda903.write(again, quarter, tmp_path), *care_lists.write(again, quarter, tmp_path)):
        assert path.read_bytes() == (returns / quarter.slug / path.relative_to(tmp_path)).read_bytes(), path.name
