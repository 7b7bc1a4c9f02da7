"""`quarterdeck reference update`: what it takes, what it refuses, what it leaves for a person to look at."""

import gzip
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from quarterdeck.errors import Refused
from quarterdeck.reference import project_folder, published, reference_csv
from quarterdeck.reference.odd import odd
from quarterdeck.reference.update import after, as_text, compare, held, read, update, write

WORCESTERSHIRE = "E10000034"
COLUMN = "Reviewed_within_timescales_percent"
AREAS = reference_csv("areas.csv")
NUMBERS = AREAS[(AREAS.area_type == "local_authority") & (AREAS.status == "current")].old_la_code.astype("int64")


def release(year="2026", level="90.1", **cells):
    """A release's file of one year: every authority at one level, save those named by three digits ("n885")."""
    rows = pd.DataFrame(
        {
            "time_period": year,
            "geographic_level": "Local authority",
            "country_code": "E92000001",
            "region_code": "",
            "old_la_code": NUMBERS.astype("str"),
            "category": "Child Protection Plans reviewed within timescales",
            COLUMN: level,
        }
    )
    mine = rows.old_la_code.map(lambda number: cells.get(f"n{number}", level))
    return rows.assign(**{COLUMN: mine})


def saved(folder, rows, name="d6.csv"):
    file = folder / name
    rows.to_csv(file, index=False)
    return file


@pytest.fixture
def folder(tmp_path):
    """A folder that holds the project's own published figures, to be written to."""
    held_here = tmp_path / "reference"
    held_here.mkdir()
    (held_here / "comparators.parquet").write_bytes(
        (project_folder() / "data" / "reference" / "comparators.parquet").read_bytes()
    )
    return held_here


def value(folder, area=WORCESTERSHIRE, year="2026", measure="cp_reviews_in_timescale_pct"):
    rows = held(folder)
    chosen = rows[(rows.measure == measure) & (rows.area_code == area) & (rows.year_ending.dt.year == int(year))]
    return None if chosen.empty else (chosen.value.iloc[0], chosen.status.iloc[0])


def test_a_new_year_is_added_and_the_rest_stays_as_it_was(folder, tmp_path):
    before = held(folder)
    made = update(folder, [saved(tmp_path, release(n885="91.25"))])
    assert set(made.changes.change) == {"added"}
    assert value(folder) == (91.3, "")
    kept = held(folder)
    kept = kept[kept.year_ending.dt.year < 2026].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, before)
    assert pd.read_parquet(folder / "comparators.parquet").dtypes.equals(
        pd.read_parquet(project_folder() / "data" / "reference" / "comparators.parquet").dtypes
    )


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("c", "c"), ("z", "z"), ("x", "x"), (":", "x"), ("..", "x"), ("u", "x"), ("-", "x"), ("", "x")],
)
def test_a_symbol_for_no_number_is_kept_as_a_status(folder, tmp_path, cell, expected):
    update(folder, [saved(tmp_path, release(n885=cell))])
    number, status = value(folder)
    assert np.isnan(number)
    assert status == expected


@pytest.mark.parametrize("cell", ["low", "k", "LOW"])
def test_a_symbol_for_hardly_any_is_nought(tmp_path, cell):
    rows = read(saved(tmp_path, release(n885=cell)))
    assert rows.set_index("area_code").value[WORCESTERSHIRE] == 0


def test_labels_and_years_are_known_in_whatever_case_and_form_they_are_written(tmp_path):
    rows = release(year="202526").rename(columns={COLUMN: COLUMN.lower().replace("_", " ")})
    found = read(saved(tmp_path, rows.assign(category=rows.category.str.upper())))
    assert set(found.measure) == {"cp_reviews_in_timescale_pct"}
    assert set(found.year_ending) == {pd.Timestamp("2026-03-31")}


def test_a_share_of_bands_is_worked_out_and_a_hidden_band_takes_no_held_share_away(folder, tmp_path):
    bands = ["Same_day", "1-10_days", "11-20_days", "21-30_days", "31-40_days", "41-45_days"]
    rows = release(year="2025").drop(columns=COLUMN).assign(category="Duration of assessment")
    rows = rows.assign(**dict.fromkeys(bands, "13"), Assessments_completed="90")
    rows.loc[rows.old_la_code == "330", "Same_day"] = "c"
    found = read(saved(tmp_path, rows)).set_index("area_code")
    assert found.value[WORCESTERSHIRE] == 86.7  # 78 / 90
    made = compare(held(folder), found.reset_index()).changes.set_index("area_code")
    assert made.change["E08000025"] == "vanished"


def test_a_dry_run_writes_nothing(folder, tmp_path):
    before = (folder / "comparators.parquet").read_bytes()
    made = update(folder, [saved(tmp_path, release())], dry_run=True)
    assert made.changes.taken.any()
    assert (folder / "comparators.parquet").read_bytes() == before
    assert "Would write" in as_text(made, dry_run=True)


def test_an_odd_figure_is_left_until_it_is_accepted(folder, tmp_path):
    file = saved(tmp_path, release(n885="9.1"))
    made = update(folder, [file])
    assert value(folder) is None
    name = f"cp_reviews_in_timescale_pct:{WORCESTERSHIRE}:2026"
    assert f"{name} Worcestershire added: none → 9.1  ODD" in as_text(made)
    update(folder, [file], [name])
    assert value(folder) == (9.1, "")


def test_what_is_to_be_accepted_and_is_no_change_is_refused(folder, tmp_path):
    with pytest.raises(Refused, match="cla_rate:E10000034:2026"):
        update(folder, [saved(tmp_path, release())], [f"cla_rate:{WORCESTERSHIRE}:2026"])
    assert value(folder) is None


def test_a_revision_is_shown_old_and_new_and_a_number_taken_back_is_hidden(folder, tmp_path):
    update(folder, [saved(tmp_path, release(n885="91"))])
    made = update(folder, [saved(tmp_path, release(n885="92", n330="c"))])
    changes = made.changes.set_index("area_code")
    assert changes.change[WORCESTERSHIRE] == "revised"
    assert "91 → 92" in as_text(made)
    assert changes.change["E08000025"] == "hidden"
    assert value(folder, "E08000025")[1] == "c"


def test_a_number_that_vanished_without_a_reason_stays_until_it_is_accepted(folder, tmp_path):
    update(folder, [saved(tmp_path, release(n885="91"))])
    file = saved(tmp_path, release(n885="-", n330=""))
    changes = update(folder, [file]).changes.set_index("area_code")
    assert changes.change[[WORCESTERSHIRE, "E08000025"]].tolist() == ["vanished", "vanished"]
    assert not changes.taken[[WORCESTERSHIRE, "E08000025"]].any()
    assert value(folder) == (91, "")
    update(folder, [file], [f"cp_reviews_in_timescale_pct:{WORCESTERSHIRE}:2026"])
    assert np.isnan(value(folder)[0])
    assert value(folder, "E08000025")[0] == 90.1


def test_an_older_issue_revises_nothing(folder, tmp_path):
    old = value(folder, year="2024")
    made = update(folder, [saved(tmp_path, release(year="2024", level="50"))])
    assert set(made.changes.change) == {"older issue"}
    assert value(folder, year="2024") == old


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (release(n885="104.2"), "outside 0 to 100.*E10000034 in 2026: 104.2"),
        (release(n885="-3"), "below nought.*E10000034"),
        (release(n885="about 90"), "neither a number nor a symbol.*about 90"),
        (pd.concat([release(), release().tail(1)]), "stand twice"),
        (release().replace({"old_la_code": {"885": "123"}}), "areas that .* does not have: 1 rows"),
        (release().head(60), "only 60 of .* authorities"),
        (release(year="March"), "not years: March"),
        (release().assign(geographic_level="Planet"), "Planet"),
        (release().assign(category="Pupils"), "has none of the figures"),
        (release()[["old_la_code", COLUMN]], "neither LAIT's table nor"),
    ],
)
def test_nonsense_is_refused_and_nothing_is_written(folder, tmp_path, rows, said):
    before = (folder / "comparators.parquet").read_bytes()
    with pytest.raises(Refused, match=f"(?s)d6.csv.*{said}"):
        update(folder, [saved(tmp_path, rows)])
    assert (folder / "comparators.parquet").read_bytes() == before


def test_every_bad_file_is_named_at_once(folder, tmp_path):
    files = [saved(tmp_path, release(n885="104"), f"{name}.csv") for name in ("one", "two")]
    with pytest.raises(Refused, match=r"(?s)one\.csv.*two\.csv.*Nothing was written"):
        update(folder, files)


def test_a_file_cut_short_is_refused(tmp_path):
    file = saved(tmp_path, release())
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) - 60])
    with pytest.raises(Refused, match="cut short"):
        read(file)
    packed = tmp_path / "d6.csv.gz"
    packed.write_bytes(gzip.compress(whole)[:-20])
    with pytest.raises(Refused, match="cannot be unpacked"):
        read(packed)
    parquet = io.BytesIO()
    release().to_parquet(parquet)
    table = tmp_path / "lait.parquet"
    table.write_bytes(parquet.getvalue()[:-50])
    with pytest.raises(Refused, match="cannot be read as parquet"):
        read(table)


def test_a_web_page_saved_as_csv_is_refused(tmp_path):
    file = tmp_path / "d6.csv"
    file.write_text("\ufeff\n<!DOCTYPE html><html><body>Sign in</body></html>", encoding="utf-8")
    with pytest.raises(Refused, match="a web page"):
        read(file)


def test_a_file_too_large_when_unpacked_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(published, "LARGEST", 10_000)
    file = tmp_path / "d6.csv.gz"
    file.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 10_000))
    with pytest.raises(Refused, match="when unpacked"):
        read(file)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused, match="cannot be opened"):
        read(tmp_path / "none.csv")
    with pytest.raises(Refused, match="cannot be read as parquet"):
        read(tmp_path / "none.parquet")


def test_files_that_contradict_each_other_are_refused(folder, tmp_path):
    files = [saved(tmp_path, release(n885=level), f"{level}.csv") for level in ("90", "91")]
    with pytest.raises(Refused, match=f"(?s)contradict.*{WORCESTERSHIRE}"):
        update(folder, files)


def test_a_write_that_fails_leaves_what_was_held_and_nothing_beside_it(folder, tmp_path, monkeypatch):
    before = (folder / "comparators.parquet").read_bytes()
    holding = held(folder)
    made = compare(holding, read(saved(tmp_path, release())))

    def fail(*_):
        raise OSError("no room")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="no room"):
        write(after(holding, made), folder)
    assert [file.name for file in folder.iterdir()] == ["comparators.parquet"]
    assert (folder / "comparators.parquet").read_bytes() == before


def test_a_steady_rise_and_a_gap_are_not_odd():
    years = pd.to_datetime([f"{year}-03-31" for year in range(2016, 2021)])
    steady = pd.DataFrame(
        [(f"A{n}", year, 100 + n + 5 * (i % 2)) for n in range(60) for i, year in enumerate(years)],
        columns=["area_code", "year_ending", "value"],
    )
    rising = pd.DataFrame({"area_code": "B", "year_ending": years, "value": [10, 40, 160, 640, 641]})
    gap = pd.DataFrame({"area_code": "C", "year_ending": years[[0, 2, 4]], "value": [10, 900, 10]})
    dip = pd.DataFrame({"area_code": "D", "year_ending": years, "value": [100, 100, 20, 100, 100]})
    found = odd(pd.concat([steady, rising, gap, dip]).astype({"value": "float64"}))
    assert found.area_code.tolist()[0] == "D"
    assert not set(found.area_code) & {"B", "C"}
    assert found.value.iloc[0] == 20
    assert found.score.iloc[0] == pytest.approx(np.log(5))
