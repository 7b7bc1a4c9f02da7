"""What is published is kept for good, and what readers had before is known to the next paper."""

from __future__ import annotations

import stat

import numpy as np
import pandas as pd
import pytest

from quarterdeck.editions import (
    earlier_editions,
    editions,
    keep_edition,
    key_with_history,
    latest_of_each,
    published_before,
)
from quarterdeck.figures.disclosure import NUMBERS, disclose
from quarterdeck.figures.history import as_published
from quarterdeck.home import Home
from quarterdeck.quarter import Quarter
from tests.property.test_disclosure import attack, measure, one_quarter

Q2, Q3 = Quarter(2017, 2), Quarter(2017, 3)


@pytest.fixture
def home(tmp_path) -> Home:
    return Home(tmp_path)


def publish(home: Home, quarter: Quarter, figures: pd.DataFrame, key: str, public: pd.DataFrame | None = None):
    """The figures as a build leaves them, and then in the history."""
    for audience, rows in (("public", figures if public is None else public), ("officers", figures)):
        folder = home.outputs / "nowhere" / quarter.slug / audience
        folder.mkdir(parents=True, exist_ok=True)
        rows.to_csv(folder / "figures.csv", index=False)
    return keep_edition(home, "nowhere", quarter, key)


def teams(north: float, south: float = 40.0, east: float = 50.0) -> pd.DataFrame:
    return one_quarter("m", {"north": north, "south": south, "east": east})


def test_the_figures_of_an_edition_are_those_that_were_published(home):
    figures = teams(3)
    kept = publish(home, Q3, figures, "k")
    again = kept.figures("officers")
    pd.testing.assert_frame_equal(again, figures[list(again)], check_dtype=False)
    assert again.start.dtype == "datetime64[us]"


def test_the_same_figures_published_again_add_no_edition_and_others_add_one(home):
    publish(home, Q3, teams(3), "k")
    assert publish(home, Q3, teams(3), "another") is None
    assert publish(home, Q3, teams(4), "k").number == 2
    assert [one.number for one in editions(home, "nowhere", Q3)] == [1, 2]


def test_an_edition_is_never_written_over(home):
    first = publish(home, Q3, teams(3), "k")
    before = {file.name: file.read_bytes() for file in first.folder.iterdir()}
    publish(home, Q3, teams(4), "k")
    publish(home, Q3, teams(3), "k")
    assert {file.name: file.read_bytes() for file in first.folder.iterdir()} == before
    assert len(editions(home, "nowhere", Q3)) == 3


def test_the_officers_copy_can_be_read_by_its_owner_alone(home):
    kept = publish(home, Q3, teams(3), "k")
    assert stat.S_IMODE((kept.folder / "officers.csv.gz").stat().st_mode) == 0o600


def test_the_same_figures_are_kept_in_the_same_bytes(home, tmp_path):
    one, other = publish(home, Q3, teams(3), "k"), publish(Home(tmp_path / "other"), Q3, teams(3), "k")
    assert one.fingerprint == other.fingerprint


def test_what_a_run_that_died_left_half_is_no_edition_and_the_next_run_makes_it_whole(home):
    publish(home, Q2, teams(3), "k")
    folder = home.outputs / "nowhere" / "history" / Q3.slug
    (folder / ".1.part").mkdir(parents=True)
    (folder / ".1.part" / "public.csv.gz").write_bytes(b"half")
    assert editions(home, "nowhere", Q3) == []
    assert publish(home, Q3, teams(3), "k").number == 1
    assert [path.name for path in folder.iterdir()] == ["1"]


def test_ten_editions_come_in_the_order_of_their_numbers(home):
    for north in range(10, 21):
        publish(home, Q3, teams(north), "k")
    assert [one.number for one in editions(home, "nowhere", Q3)] == list(range(1, 12))


def test_a_build_reads_the_same_with_its_own_edition_in_the_history_as_without(home):
    publish(home, Q2, teams(8), "k2")
    key = key_with_history(home, "nowhere", Q3, "inputs")
    assert [one.quarter for one in published_before(home, "nowhere", Q3, key)] == [Q2]
    publish(home, Q3, teams(9), key)
    assert key_with_history(home, "nowhere", Q3, "inputs") == key
    assert [one.quarter for one in published_before(home, "nowhere", Q3, key)] == [Q2]


def test_a_build_of_other_inputs_reads_the_edition_before_it_too_and_settles(home):
    publish(home, Q3, teams(9), key_with_history(home, "nowhere", Q3, "inputs"))
    key = key_with_history(home, "nowhere", Q3, "corrected")
    assert [one.number for one in published_before(home, "nowhere", Q3, key)] == [1]
    publish(home, Q3, teams(10), key)
    assert key_with_history(home, "nowhere", Q3, "corrected") == key
    assert [one.number for one in published_before(home, "nowhere", Q3, key)] == [1]


def test_the_key_moves_when_an_earlier_quarter_is_published_again_and_not_when_a_later_one_is(home):
    publish(home, Q2, teams(8), "k2")
    key = key_with_history(home, "nowhere", Q3, "inputs")
    publish(home, Quarter(2017, 4), teams(8), "k4")
    assert key_with_history(home, "nowhere", Q3, "inputs") == key
    publish(home, Q2, teams(9), "k2")
    assert key_with_history(home, "nowhere", Q3, "inputs") != key


def test_a_paper_is_laid_against_the_last_edition_of_each_earlier_quarter(home):
    publish(home, Q2, teams(8), "k2")
    publish(home, Q2, teams(9), "k2")
    publish(home, Q3, teams(8), "k3")
    found = latest_of_each(earlier_editions(home, "nowhere", Q3))
    assert [(one.quarter, one.number) for one in found] == [(Q2, 2)]


def counts(told: dict[str, float], quarter: Quarter) -> pd.DataFrame:
    rows = one_quarter("m", told)
    return rows.assign(start=quarter.start, end=quarter.end)


def printed(before: dict[str, float], now: dict[str, float], kept: Quarter = Q2) -> pd.DataFrame:
    """A quarter's counts in the paper of Q2, against what they are in Q3's."""
    return as_published(counts(now, kept), [(Q2, counts(before, kept))], Q3, {"m": measure("m")})


def test_a_figure_that_now_computes_otherwise_is_a_revision_with_its_period_and_both_values():
    found = printed({"north": 8, "south": 40}, {"north": 9, "south": 40})
    row = found[found.revised & (found.category == "north")].iloc[0]
    assert (row.paper, row.end, row.printed, row.value) == ("2017-18 Q2", Q2.end, 8, 9)
    assert found.category[found.revised].tolist() == ["all", "north"]


def test_the_quarters_own_figure_is_no_revision_of_the_last_ones():
    now = pd.concat([counts({"north": 8}, Q2), counts({"north": 20}, Q3)])
    found = as_published(now, [(Q2, counts({"north": 8}, Q2))], Q3, {"m": measure("m")})
    assert found.end.unique().tolist() == [Q2.end]
    assert not found.revised.any()


def test_what_differs_by_less_than_is_printed_is_no_revision():
    found = printed({"north": 8.01, "south": 40}, {"north": 8.04, "south": 40})
    assert not found.revised[found.category == "north"].any()


def test_what_is_hidden_now_or_was_then_is_no_revision():
    then, now = counts({"north": 8, "south": 40}, Q2), counts({"north": 9, "south": 40}, Q2)
    now.loc[now.category == "north", NUMBERS] = np.nan
    now.loc[now.category == "north", "status"] = "c"
    found = as_published(now, [(Q2, then)], Q3, {"m": measure("m")})
    assert not found.revised[found.category == "north"].any()
    hidden_then = as_published(then, [(Q2, now)], Q3, {"m": measure("m")})
    assert "north" not in set(hidden_then.category)


def test_the_last_paper_that_printed_a_figure_is_the_one_it_is_laid_against():
    q1 = Quarter(2017, 1)
    papers = [(Q2, counts({"north": 9}, q1)), (q1, counts({"north": 8}, q1))]
    found = as_published(counts({"north": 9}, q1), papers, Q3, {"m": measure("m")})
    assert set(found.paper) == {"2017-18 Q2"}
    assert not found.revised.any()


def test_the_paper_itself_and_later_ones_are_not_looked_at():
    assert as_published(counts({"north": 9}, Q2), [(Q3, counts({"north": 8}, Q2))], Q3, {"m": measure("m")}).empty


def test_no_earlier_paper_gives_an_empty_table_with_all_columns():
    found = as_published(counts({"north": 9}, Q2), [], Q3, {"m": measure("m")})
    assert len(found) == 0
    assert found.dtypes.astype(str)[["revised", "printed"]].tolist() == ["bool", "float64"]


def together(figures, earlier, public, known):
    """The attack of a reader who has both papers: what either showed of a figure as it is, is shown."""
    key = ["measure", "kind", "start", "end", "breakdown", "category"]
    seen = earlier[earlier.status != "c"].merge(figures, on=[*key, "numerator"])[key].drop_duplicates()
    both = public.merge(seen.assign(seen=True), on=key, how="left", validate="one_to_one")
    told = both.seen.fillna(False).to_numpy(bool)
    return attack(figures, public.assign(status=public.status.mask(told, "")), known)


@pytest.mark.parametrize("quarter", [Q2, Q3], ids=["last quarter's paper", "an earlier edition of this one"])
def test_no_edition_gives_away_what_a_later_one_hides(home, quarter):
    """North's 3 were late to be entered: the first edition showed the figure that alone would have hidden them."""
    known = {"m": measure("m")}
    late = counts({"north": 0, "south": 7, "east": 50}, quarter)
    first = disclose(late, quarter=quarter, measures=known)
    assert not (first.status == "c").any()
    publish(home, quarter, late, "late", first)
    now = counts({"north": 3, "south": 7, "east": 50}, quarter)
    read = pd.concat([one.figures("public") for one in published_before(home, "nowhere", Q3, "k3")])

    careless = disclose(now, quarter=Q3, measures=known)
    assert [possible for _, possible in together(now, read, careless, known).values()] == [1]
    careful = disclose(now, quarter=Q3, measures=known, earlier=read)
    found = together(now, read, careful, known)
    assert found
    assert all(possible > 1 for _, possible in found.values())
