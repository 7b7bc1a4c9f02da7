"""The CSV behind the papers, and its metadata."""

import json

import numpy as np
import pandas as pd
import pytest

from quarterdeck.authority import read_authority
from quarterdeck.figures.export import COLUMNS, to_csv
from quarterdeck.quarter import Quarter
from quarterdeck.reference import project_folder


@pytest.fixture
def figures():
    start, end = pd.Timestamp("2017-10-01"), pd.Timestamp("2017-12-31")
    one = {"measure": "m", "kind": "quarter", "start": start, "end": end, "breakdown": "all", "category": "all"}
    shown = {
        "numerator": 796.0,
        "denominator": 116_697.0,
        "value": 68.2108366,
        "lower": np.nan,
        "upper": -0.0,
        "status": "",
    }
    hidden = dict.fromkeys(("numerator", "denominator", "value", "lower", "upper"), np.nan) | {"status": "c"}
    return pd.DataFrame([one | shown, one | {"category": "other"} | hidden])


@pytest.fixture
def authority():
    return read_authority(project_folder() / "data" / "worcestershire-demo" / "authority.toml")


def test_the_csv_has_a_row_a_figure_and_a_hidden_one_has_c_and_no_number(figures, authority, tmp_path):
    to_csv(figures, tmp_path / "figures.csv", authority, Quarter(2017, 3), measures={})
    rows = pd.read_csv(tmp_path / "figures.csv", dtype="str", keep_default_na=False)
    assert rows.columns.tolist() == list(COLUMNS)
    assert rows[["start", "numerator", "value", "upper"]].iloc[0].tolist() == ["2017-10-01", "796", "68.210837", "0"]
    assert rows[["numerator", "denominator", "value", "status"]].iloc[1].tolist() == ["", "", "", "c"]


def test_the_metadata_describes_every_column_in_order_and_says_synthetic(figures, authority, tmp_path):
    about = to_csv(figures, tmp_path / "figures.csv", authority, Quarter(2017, 3), measures={})
    told = json.loads(about.read_text(encoding="utf-8"))
    assert about.name == "figures.csv-metadata.json"
    assert told["url"] == "figures.csv"
    assert [column["name"] for column in told["tableSchema"]["columns"]] == list(COLUMNS)
    assert "Synthetic demonstration data" in told["dc:description"]


def test_the_same_figures_give_the_same_bytes(figures, authority, tmp_path):
    texts = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        to_csv(figures, tmp_path / name / "figures.csv", authority, Quarter(2017, 3), measures={})
        texts.append((tmp_path / name / "figures.csv").read_bytes())
    assert texts[0] == texts[1]
    assert b"\r" not in texts[0]
