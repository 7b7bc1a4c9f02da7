"""A reader who guesses the sums for himself, from what is published alone, tells no hidden count."""

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quarterdeck.figures.disclosure import NUMBERS, disclose
from quarterdeck.figures.relations import relations
from quarterdeck.quarter import Quarter, periods
from tests.property.attacker.evidence import evidence
from tests.property.attacker.solve import attack as reader
from tests.property.test_disclosure import Q3, TEAMS, hidden, measure, one_quarter, summed, tidy


def officially(figures, known):
    """Figures as their CSV has them: each with its unit."""
    return figures.assign(unit=figures.measure.map({name: measure.unit for name, measure in known.items()}))


def found_out(editions, truths, known):
    """What a reader tells too closely from public figures alone, guessing the sums for himself."""
    seen = evidence([officially(one, known) for one in editions], [officially(one, known) for one in truths])
    told = reader(seen)
    return told.name[told.breach].tolist()


def test_the_difference_of_two_years_to_date_gives_no_month_away_that_is_longer_ago_than_what_is_published():
    months = {
        team: np.array([3, 2, 4, 20, 3, 22, 19, 21, 4, 20, 23, 21, 22, 20, 19]) + i for i, team in enumerate(TEAMS)
    }
    figures = summed("m", months, periods(Quarter(2016, 3), Q3))
    figures = figures[(figures.kind != "month") | (figures.end > "2016-10-31")].reset_index(drop=True)
    public = disclose(figures, quarter=Q3, measures={"m": measure("m")})
    ties = relations(figures, {"m": measure("m")})
    at = figures.set_index(["breakdown", "category", "kind", "end"]).index
    cells = [
        ties.numerator[at.get_loc(("team", "north", kind, pd.Timestamp(end)))]
        for kind, end in (("year_to_date", "2016-12-31"), ("year_to_date", "2016-11-30"), ("month", "2016-12-31"))
    ]
    assert any(set(ties.terms(row)) == set(cells) for row in range(ties.sums.shape[0]))
    assert found_out([public], [figures], {"m": measure("m")}) == []


def test_what_is_hidden_with_the_money_spent_on_it_is_hidden_wherever_else_it_is_shown():
    names = {"small": 4, "large": 60, "larger": 7}
    rows = []
    for kind, start in (("quarter", Q3.start), ("month", pd.Timestamp("2017-12-01"))):
        for category, number in [*names.items(), ("all", 71)]:
            breakdown = "all" if category == "all" else "team"
            rows.append(("placement_numbers", kind, start, Q3.end, breakdown, category, number, np.nan, number))
            if kind == "quarter":
                weeks = number * 92 / 7
                rows.append(("placement_costs", kind, start, Q3.end, breakdown, category, 900 * weeks, weeks, 900.0))
    known = {
        "placement_numbers": measure("placement_numbers", kind="stock", at_close=True),
        "placement_costs": measure("placement_costs", "gbp_per_week", "finance"),
    }
    public = disclose(tidy(rows), quarter=Q3, measures=known)
    numbers = public[public.measure == "placement_numbers"].pivot_table(
        index="category", columns="kind", values="status", aggfunc="first"
    )
    assert (numbers["quarter"] == numbers["month"]).all()
    assert (numbers["quarter"] == "c").sum() == 2


def test_a_hidden_count_whose_place_no_other_hidden_one_can_take_takes_one_with_it():
    figures = tidy(
        [
            ("m", "quarter", Q3.start, Q3.end, "all", "all", 43, 80, 53.75),
            ("m", "quarter", Q3.start, Q3.end, "team", "north", 1, 16, 6.25),
            ("m", "quarter", Q3.start, Q3.end, "team", "south", 0, 3, 0.0),
            ("m", "quarter", Q3.start, Q3.end, "team", "east", 42, 61, 68.9),
        ]
    )
    known = {"m": measure("m", "percent", "proportion")}
    public = disclose(figures, quarter=Q3, measures=known)
    assert [hidden(public, team) for team in ("north", "south", "east")] == [True, True, True]
    assert found_out([public], [figures], known) == []


def test_two_small_counts_that_are_1_and_2_or_2_and_1_take_a_third_with_them():
    figures = one_quarter("m", {"north": 2, "south": 1, "east": 42, "west": 61})
    public = disclose(figures, quarter=Q3, measures={"m": measure("m")})
    assert [hidden(public, team) for team in TEAMS] == [True, True, True, False]


def test_children_counted_once_a_quarter_are_not_told_by_their_months():
    rows = []
    for quarter in (Q3.minus(n) for n in range(8)):
        for team, (of, *months) in {"north": (19, 5, 6, 9), "south": (40, 20, 19, 18), "all": (59, 25, 25, 27)}.items():
            breakdown = "all" if team == "all" else "team"
            rows.append(("m", "quarter", quarter.start, quarter.end, breakdown, team, of, np.nan, of))
            for n, count in enumerate(months):
                end = quarter.end - pd.offsets.MonthEnd(n)
                rows.append(("m", "month", end.replace(day=1), end, breakdown, team, count, np.nan, count))
    figures = tidy(rows)
    ties = relations(figures, {"m": measure("m")})
    assert (ties.orders @ ties.value <= 0).all()
    public = disclose(figures, quarter=Q3, measures={"m": measure("m")})
    assert hidden(public, "north", "month")
    assert found_out([public], [figures], {"m": measure("m")}) == []


def test_a_quarter_that_is_the_year_so_far_is_one_count_with_it():
    first = Quarter(2017, 1)
    rows = [("m", kind, first.start, first.end, "all", "all", 21, np.nan, 21) for kind in ("quarter", "year_to_date")]
    ties = relations(tidy(rows), {"m": measure("m", kind="flow")})
    assert ties.numerator[0] == ties.numerator[1]


def test_a_breakdown_of_what_ended_is_no_way_to_a_hidden_count_beside_the_net_change():
    rows = []
    for n in range(8):
        quarter = Q3.minus(n)
        reasons = {"adopted": 3, "home": 20 + n, "grown up": 30 + 2 * n}
        ended = sum(reasons.values())
        flows = {"started": 70 - n, "ended": ended, "net change": 70 - n - ended}
        for breakdown, counts in (("all", {"all": 70 - n - ended}), ("flow", flows), ("reason", reasons)):
            for category, count in counts.items():
                rows.append(("m", "quarter", quarter.start, quarter.end, breakdown, category, count, np.nan, count))
    figures, known = tidy(rows), {"m": measure("m", kind="flow", headline="quarter")}
    public = disclose(figures, quarter=Q3, measures=known)
    last = public[(public.end == Q3.end) & (public.breakdown == "reason")].set_index("category").status
    assert last["adopted"] == "c"
    assert (last == "c").sum() >= 2
    assert found_out([public], [figures], known) == []
    alone = (figures.category == "adopted") & (figures.end == Q3.end)
    shown_alone = figures.assign(status=figures.status.mask(alone, "c"))
    shown_alone.loc[shown_alone.status == "c", NUMBERS] = np.nan
    assert found_out([shown_alone], [figures], known) != []


def test_what_an_earlier_paper_hid_stays_hidden():
    rows = {Q3.minus(1): {"north": 3, "south": 40, "east": 41}, Q3: {"north": 30, "south": 41, "east": 42}}
    frames = [one_quarter("m", counts).assign(start=quarter.start, end=quarter.end) for quarter, counts in rows.items()]
    known = {"m": measure("m")}
    first = disclose(frames[0], quarter=Q3.minus(1), measures=known)
    other = first.assign(status=first.status.where(first.category != "east", "c"))
    other.loc[other.status == "c", NUMBERS] = np.nan
    public = disclose(pd.concat(frames, ignore_index=True), quarter=Q3, measures=known, earlier=other)
    assert [hidden(public, team, end=Q3.minus(1).end) for team in TEAMS[:3]] == [True, True, True]
    assert not any(hidden(public, team) for team in TEAMS[:3])


def test_what_an_earlier_paper_hid_stays_hidden_though_another_measure_comes_to_show_the_same_count():
    south = {Q3.minus(3): 9, Q3.minus(2): 8, Q3.minus(1): 6, Q3: 7}
    known, frames = {"m": measure("m"), "n": measure("n", "percent", "proportion")}, {}
    for n, (quarter, count) in enumerate(south.items()):
        counts = {"north": 1 if count == 6 else 30 + n, "south": count, "east": 40 + 3 * n, "west": 50 + 2 * n}
        of = {"north": 25, "south": count, "east": 60 - n, "west": 70 + n}
        shares = one_quarter("n", of).assign(numerator=0.0, value=0.0, lower=0.0, upper=0.0)
        shares["denominator"] = [sum(of.values()), *of.values()]
        frame = pd.concat([one_quarter("m", counts), shares], ignore_index=True)
        frames[quarter] = frame.assign(start=quarter.start, end=quarter.end)
    whole = pd.concat(frames.values(), ignore_index=True)
    before = pd.concat(list(frames.values())[:3], ignore_index=True)
    first = disclose(before, quarter=Q3.minus(1), measures=known)
    public = disclose(whole, quarter=Q3, measures=known, earlier=first)
    for paper in (first, public):
        of_m = paper[paper.measure == "m"]
        assert [hidden(of_m, team, end=Q3.minus(1).end) for team in TEAMS] == [True, True, False, False]
    assert found_out([first, public], [before, whole], known) == []


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(months=st.fixed_dictionaries(dict.fromkeys(TEAMS[:3], st.lists(st.integers(0, 9), min_size=15, max_size=15))))
def test_a_reader_of_two_quarters_papers_tells_no_count_of_any_month_quarter_or_year(months):
    known = {"m": measure("m")}
    of = {team: np.array(values) for team, values in months.items()}
    wholes = [
        summed("m", {team: values[:n] for team, values in of.items()}, periods(Quarter(2016, 3), last))
        for last, n in ((Q3.minus(1), 12), (Q3, 15))
    ]
    first = disclose(wholes[0], quarter=Q3.minus(1), measures=known)
    second = disclose(wholes[1], quarter=Q3, measures=known, earlier=first)
    assert found_out([first, second], wholes, known) == []


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_reader_tells_no_part_of_what_a_percentage_is_of(data):
    known = {"m": measure("m", "percent", "proportion")}
    when = periods(Q3.minus(3), Q3)
    n = int((when.kind == "month").sum())
    of = {team: np.array(data.draw(st.lists(st.integers(0, 15), min_size=n, max_size=n))) for team in TEAMS[:3]}
    parts = {team: np.array([data.draw(st.integers(0, int(most))) for most in values]) for team, values in of.items()}
    figures = summed("m", parts, when, of)
    assert found_out([disclose(figures, quarter=Q3, measures=known)], [figures], known) == []


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_reader_tells_no_count_of_children_who_are_counted_once_a_period(data):
    """Each child is in care from one month to another of the year: the months overlap."""
    when = periods(Q3.minus(3), Q3)
    ends = when[when.kind == "month"].end.reset_index(drop=True)
    stay = st.tuples(st.sampled_from(TEAMS[:3]), st.integers(0, len(ends) - 1), st.integers(0, 4))
    stays = data.draw(st.lists(stay, min_size=20, max_size=60))
    rows = []
    for period in when.itertuples():
        inside = [
            team
            for team, first, more in stays
            if any(
                period.start <= ends[month] <= period.end for month in range(first, min(first + more + 1, len(ends)))
            )
        ]
        for team in ("all", *TEAMS[:3]):
            count = sum(team in ("all", one) for one in inside)
            breakdown = "all" if team == "all" else "team"
            rows.append(("m", period.kind, period.start, period.end, breakdown, team, count, np.nan, count))
    known, figures = {"m": measure("m")}, tidy(rows)
    assert found_out([disclose(figures, quarter=Q3, measures=known)], [figures], known) == []


def test_the_reader_tells_what_is_hidden_without_a_second(monkeypatch):
    months = {team: np.random.default_rng(i).poisson(6 + 9 * (i > 0), 9) for i, team in enumerate(TEAMS)}
    figures, known = summed("m", months, periods(Quarter(2017, 1), Q3)), {"m": measure("m")}
    safely = disclose(figures, quarter=Q3, measures=known)
    monkeypatch.setattr("quarterdeck.figures.protection.ROUNDS", 0)
    thinly = disclose(figures, quarter=Q3, measures=known)
    assert found_out([safely], [figures], known) == []
    assert found_out([thinly], [figures], known)


def test_the_reader_tells_what_an_earlier_paper_showed():
    figures = one_quarter("m", {"north": 3, "south": 40, "east": 50, "west": 60})
    known = {"m": measure("m")}
    earlier = disclose(figures, quarter=Q3, measures=known)
    later = disclose(figures.assign(start=figures.start), quarter=Q3, measures=known)
    swapped = later.category.map({"south": "east", "east": "south"}).fillna(later.category)
    shown = figures.merge(later.assign(category=swapped)[["category", "status"]], on="category", suffixes=("_", ""))
    shown.loc[shown.status == "c", NUMBERS] = np.nan
    assert found_out([shown], [figures], known) == []
    assert found_out([earlier, shown], [figures, figures], known)
