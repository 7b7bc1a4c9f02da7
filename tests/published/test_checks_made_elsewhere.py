"""The rules on the looked-after return that others' tools made up at random: much of what it says cannot be so."""

from __future__ import annotations

from pathlib import Path

from quarterdeck.checks import run
from tests.published.test_formats_made_elsewhere import looked_after

COUNTED_WITH_AWK = {
    "CLA-EPI-01": 0,  # DEC and no REC
    "CLA-EPI-02": 1413 - 2,  # REC and no DEC; the next episode of two goes on from them, and FIX-CLA-02 ends them
    "CLA-LEG-05": 13,  # V2 in P1
    "CLA-LEG-06": 340,  # A5 or A6, and neither E1 nor D1
    "CLA-PLA-04": 845,  # PR0 and not P1
    "CLA-PLA-10": 81,  # RNE S in T0 to T4
}


def test_the_rules_find_in_the_looked_after_return_of_2675_children_what_awk_finds(
    shared: Path, tmp_path: Path
) -> None:
    outcome = run(looked_after(shared, tmp_path).records)
    states = outcome.rules.set_index("code")
    assert states.failing[list(COUNTED_WITH_AWK)].to_dict() == COUNTED_WITH_AWK
    assert states.failing.sum() == len(outcome.failing)
    # It holds no census and no local list: their rules are not run, and pass for nothing.
    elsewhere = states[states.table.isin(["cin_episodes", "cp_plans", "placement_costs", "return_interviews"])]
    assert set(elsewhere.state) == {"not run"}
