"""What a council's own papers printed beside the national figures, for the demonstration to come to as well."""

from __future__ import annotations

from dataclasses import dataclass, field

from quarterdeck.demo.months import first_day, month


@dataclass(frozen=True)
class Panel:
    """Figures of one authority's panel pack; an authority without one has none, and its months are free.

    Source: Children and Families Overview and Scrutiny Panel, 22 March 2018, performance paper for 2017/18 Quarter 3.
    """

    plans_started: dict[int, int] = field(default_factory=dict)
    plans_ended: dict[int, int] = field(default_factory=dict)
    plans_open: dict[int, int] = field(default_factory=dict)
    quiet_after: dict[int, int] = field(default_factory=dict)
    repeat_share: dict[int, float] = field(default_factory=dict)
    into_care: tuple[int, int, int] | None = None
    other_ends: int = 0
    assessments_by_quarter: dict[int, tuple[int, int]] = field(default_factory=dict)
    repeat_assessments: dict[int, float] = field(default_factory=dict)
    discussions: dict[int, int] = field(default_factory=dict)
    cin_plans: dict[int, tuple[int, int]] = field(default_factory=dict)
    cin_cases_over_9_months: dict[int, float] = field(default_factory=dict)
    cin_share_of_cases: dict[int, float] = field(default_factory=dict)
    front_door_staff: dict[int, tuple[float, float]] = field(default_factory=dict)
    missing_audits: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    placements: tuple[int, ...] = ()
    lists_run_to: dict[str, int] = field(default_factory=dict)


def _months(year: int, number: int, values: list[int]) -> dict[int, int]:
    return dict(enumerate(values, month(year, number)))


PANELS = {
    "worcestershire-demo": Panel(
        # 556 started and 594 ended in nine months: 516 plans grow to 556 in August, then fall to 478.
        plans_started=_months(2017, 4, [64, 70, 74, 77, 70, 63, 44, 47, 47]),
        plans_ended=_months(2017, 4, [60, 62, 65, 66, 62, 78, 65, 68, 68]),
        plans_open={month(2016, 10): 354},
        quiet_after={month(2016, 10): 21},
        repeat_share={month(2017, 5): 1.75, month(2017, 6): 1.9, month(2017, 7): 1.75},
        into_care=(month(2017, 4), month(2017, 12), 135),
        other_ends=19,
        # Quarter's first month: assessments authorised, of them within 45 working days; the year's total is published.
        assessments_by_quarter={
            month(2017, 4): (1690, 1135),
            month(2017, 7): (1640, 1128),
            month(2017, 10): (1350, 1215),
            month(2018, 1): (1274, 1068),
        },
        repeat_assessments={month(2017, 9): 2.6},
        discussions={month(2017, 10): 206, month(2017, 11): 200, month(2017, 12): 136, month(2018, 1): 100},
        # Month: children with a plan, of them open over nine months.
        cin_plans={month(2017, 6): (360, 54), month(2017, 12): (340, 41)},
        cin_cases_over_9_months={month(2017, 12): 0.55},
        cin_share_of_cases={month(2017, 12): 0.34},
        front_door_staff={month(2017, 12): (19.0, 36.0), month(2018, 1): (21.8, 34.0)},
        # Month: audits of missing-child notifications graded good, requires improvement, inadequate.
        missing_audits={month(2017, 12): (16, 4, 2)},
        # Placements in each of these years at 31 December: `placements.panel_mix`.
        placements=(2016, 2017),
        # The paper of the third quarter told of January too.
        lists_run_to={"2017-18-Q3": int(first_day(month(2018, 2))) - 1},
    )
}


def panel(authority: str) -> Panel:
    """The panel figures of an authority; empty where it has no pack."""
    return PANELS.get(authority, Panel())
