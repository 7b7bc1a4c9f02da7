"""Targets come from the profile, and the rating from the target."""

import pytest

from quarterdeck.authority import read_authority
from quarterdeck.figures.targets import rating, target_of, targets
from quarterdeck.reference import project_folder


def test_the_demonstration_has_the_one_target_that_was_published():
    table = targets(read_authority(project_folder() / "data" / "worcestershire-demo" / "authority.toml"))
    assert target_of(table, "placement_numbers", "placement_type", "Agency Residential") == (35.0, 0.0)
    assert len(table) == 1


def test_a_measure_without_a_target_in_the_profile_has_none():
    table = targets(read_authority(project_folder() / "data" / "worcestershire-demo" / "authority.toml"))
    assert target_of(table, "cp_plan_rate") is None
    assert rating(41.0, None, 0, "neutral") == "no target set"


@pytest.mark.parametrize(
    ("value", "polarity", "expected"),
    [
        (90.0, "higher is better", "on target"),
        (89.9, "higher is better", "near target"),
        (85.0, "higher is better", "near target"),
        (84.9, "higher is better", "off target"),
        (90.0, "lower is better", "on target"),
        (95.0, "lower is better", "near target"),
        (95.1, "lower is better", "off target"),
        (95.1, "neutral", "off target"),
        (84.9, "neutral", "off target"),
        (float("nan"), "neutral", "not rated"),
    ],
)
def test_the_tolerance_is_on_the_wrong_side_and_its_edge_is_near(value, polarity, expected):
    assert rating(value, 90.0, 5.0, polarity) == expected


def test_a_figure_is_rated_as_it_is_printed():
    assert rating(89.96, 90.0, 0.0, "higher is better") == "off target"
    assert rating(89.96, 90.0, 0.0, "higher is better", decimals=1) == "on target"
