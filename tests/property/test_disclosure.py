"""Nobody can work out a hidden figure from what the public copy shows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from quarterdeck.figures.disclosure import NUMBERS, audience, disclose, published
from quarterdeck.figures.relations import relations
from quarterdeck.measures.registry import Measure
from quarterdeck.quarter import Quarter, periods
from tests.property.attacker.evidence import evidence
from tests.property.attacker.solve import attack as reader

Q3 = Quarter(2017, 3)
TEAMS = ("north", "south", "east", "west")


def measure(name, unit="number", kind="flow", main="team", headline="quarter", at_close=False):
    return Measure(
        id=name,
        function=None,
        title=name,
        short=name,
        area="any",
        kind=kind,
        unit=unit,
        polarity="neutral",
        counts="children",
        definition="",
        source="",
        decimals=1,
        headline=headline,
        breakdowns=("team", "sex"),
        main=main,
        category=("all", "all"),
        latest_position=False,
        at_close=at_close,
        why="",
    )


def tidy(rows):
    columns = ["measure", "kind", "start", "end", "breakdown", "category", "numerator", "denominator", "value"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(lower=frame.value * 0.9, upper=frame.value * 1.1, status="")


def summed(name, months, when, whole=None):
    """Figures of every period from monthly counts by team; with `whole`, percentages of those monthly totals."""
    rows = []
    dates = when[when.kind == "month"].end.to_numpy()
    for period in when.itertuples():
        inside = (dates >= np.datetime64(period.start)) & (dates <= np.datetime64(period.end))
        counts = {team: int(values[inside].sum()) for team, values in months.items()}
        totals = {team: int(values[inside].sum()) for team, values in (whole or {}).items()}
        cells = [("all", "all", sum(counts.values()), sum(totals.values()))]
        cells += [("team", team, counts[team], totals.get(team)) for team in counts]
        for breakdown, category, count, of in cells:
            below = np.nan if whole is None else of
            value = count if whole is None else (100 * count / of if of else np.nan)
            rows.append((name, period.kind, period.start, period.end, breakdown, category, count, below, value))
    return tidy(rows)


def one_quarter(name, counts, total=None):
    """One quarter's counts by team and their total."""
    cells = [("all", "all", sum(counts.values()) if total is None else total)]
    cells += [("team", team, count) for team, count in counts.items()]
    return tidy(
        [(name, "quarter", Q3.start, Q3.end, breakdown, category, n, np.nan, n) for breakdown, category, n in cells]
    )


def attack(figures, public, measures):
    """What a reader can tell of each hidden count: the whole numbers it could be, by solving for them.

    The reader knows every shown numerator and denominator, every sum that the frame obeys, that counts are whole
    numbers and not below 0, and that a numerator is no more than its denominator.
    """
    rows = figures[published(figures, measures, Q3)].reset_index(drop=True)
    ties = relations(rows, measures)
    shown = np.zeros(len(ties.cells), bool)
    seen = (public.status != "c").to_numpy()
    for part in ties.parts:
        shown[part[(part >= 0) & seen]] = True
    value, n = ties.value, len(ties.cells)
    if shown.all():
        return {}
    signed = np.isinf(ties.cells.least.to_numpy())
    low, high = np.where(shown, value, np.where(signed, -1e4, 0)), np.where(shown, value, 1e4)
    rules = [LinearConstraint(ties.fractions, -np.inf, 0)] if len(ties.pairs) else []
    rules += [LinearConstraint(ties.sums, 0, 0)] if ties.sums.shape[0] else []
    found = {}
    for cell in np.flatnonzero(~shown):
        ends = []
        for sign in (1.0, -1.0):
            objective = np.zeros(n)
            objective[cell] = sign
            solved = milp(objective, constraints=rules, bounds=Bounds(low, high), integrality=np.ones(n))
            assert solved.x is not None
            ends.append(round(float(solved.x[cell])))
        found[int(cell)] = (value[cell], ends[1] - ends[0] + 1)
    return found


def hidden(public, category, kind="quarter", end=Q3.end):
    rows = public[(public.category == category) & (public.kind == kind) & (public.end == end)]
    return rows.status.iloc[0] == "c"


@pytest.mark.parametrize(("count", "gone"), [(0, False), (1, True), (5, True), (6, False)])
def test_counts_of_1_to_5_are_hidden_and_0_and_6_are_shown(count, gone):
    figures = one_quarter("m", {"north": count, "south": 40, "east": 50})
    public = disclose(figures, quarter=Q3, measures={"m": measure("m")})
    assert hidden(public, "north") is gone


def test_a_second_category_goes_where_the_total_would_give_the_first_away():
    figures = one_quarter("m", {"north": 3, "south": 40, "east": 50, "west": 60})
    public = disclose(figures, quarter=Q3, measures={"m": measure("m")})
    assert [hidden(public, team) for team in ("north", "south", "east", "west", "all")] == [
        True,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(("leads", "second"), [(("all", "all"), "south"), (("team", "south"), "east")])
def test_the_second_to_go_is_not_the_category_that_the_measure_leads_with(leads, second):
    told = {"m": replace(measure("m"), category=leads)}
    public = disclose(one_quarter("m", {"north": 3, "south": 12, "east": 20, "west": 40}), quarter=Q3, measures=told)
    assert [team for team in TEAMS if hidden(public, team)] == ["north", second]


def test_a_hidden_figure_has_no_number_left_in_any_column():
    figures = one_quarter("m", {"north": 3, "south": 40, "east": 50})
    public = disclose(figures, quarter=Q3, measures={"m": measure("m")})
    gone = public[public.status == "c"]
    assert len(gone)
    assert gone[NUMBERS].isna().all(axis=None)


def test_a_zero_hides_nothing_so_a_lone_small_count_takes_its_total_with_it():
    figures = one_quarter("m", {"north": 3, "south": 0}, total=3)
    public = disclose(figures, quarter=Q3, measures={"m": measure("m")})
    assert hidden(public, "all")
    assert not hidden(public, "south")


@pytest.mark.parametrize(
    ("count", "of", "gone"),
    [(50, 100, False), (5, 100, True), (95, 100, True), (94, 100, False), (100, 100, False), (5, 5, True)],
)
def test_a_percentage_goes_with_its_numerator_its_complement_or_a_denominator_under_6(count, of, gone):
    figures = tidy([("m", "quarter", Q3.start, Q3.end, "all", "all", count, of, 100 * count / of)])
    public = disclose(figures, quarter=Q3, measures={"m": measure("m", "percent", "proportion")})
    assert hidden(public, "all") is gone


@pytest.mark.parametrize(("workers", "gone"), [(5.0, True), (6.0, False)])
def test_a_mean_over_fewer_than_6_workers_is_hidden(workers, gone):
    figures = tidy([("m", "quarter", Q3.start, Q3.end, "all", "all", 90, workers, 90 / workers)])
    public = disclose(figures, quarter=Q3, measures={"m": measure("m", "cases", "stock", at_close=True)})
    assert hidden(public, "all") is gone


def test_a_rate_gives_its_count_back_and_goes_with_it_but_the_population_is_known():
    rows = [("m", "quarter", Q3.start, Q3.end, "all", "all", n, 116_697, n / 11.6697) for n in (4,)]
    public = disclose(tidy(rows), quarter=Q3, measures={"m": measure("m", "per_10k", "stock rate", at_close=True)})
    assert hidden(public, "all")


def test_quartiles_go_with_the_median_they_belong_to():
    when = ("m", "quarter", Q3.start, Q3.end)
    rows = [
        (*when, "all", "all", 4, np.nan, 20.0),
        (*when, "quartile", "lower_quartile", np.nan, np.nan, 10.0),
        (*when, "quartile", "upper_quartile", np.nan, np.nan, 30.0),
    ]
    public = disclose(tidy(rows), quarter=Q3, measures={"m": measure("m", "days", "duration")})
    assert (public.status == "c").all()


def test_the_unit_cost_of_four_placements_goes_with_their_number():
    names = {"small": 4, "large": 60, "larger": 70}
    rows = []
    for name, kind in (("placement_numbers", "stock"), ("placement_costs", "finance")):
        for category, number in [*names.items(), ("all", 134)]:
            breakdown = "all" if category == "all" else "team"
            weeks = number * 92 / 7
            cell = (number, np.nan, number) if kind == "stock" else (900.0 * weeks, weeks, 900.0)
            rows.append((name, "quarter", Q3.start, Q3.end, breakdown, category, *cell))
    known = {
        "placement_numbers": measure("placement_numbers", kind="stock", at_close=True),
        "placement_costs": measure("placement_costs", "gbp_per_week", "finance"),
    }
    public = disclose(tidy(rows), quarter=Q3, measures=known)
    costs = public[public.measure == "placement_costs"]
    assert hidden(costs, "small")
    assert sorted(costs.category[costs.status == "c"]) == sorted(public.category[public.status == "c"])[::2]


def test_starts_less_ends_do_not_give_a_hidden_count_back():
    counts = {"started": 30, "ended": 4, "net change": 26}
    rows = []
    for quarter in (Q3, Q3.minus(1), Q3.minus(2), Q3.minus(3)):
        for category, n in counts.items():
            rows.append(("m", "quarter", quarter.start, quarter.end, "team", category, n, np.nan, n))
    known = {"m": measure("m")}
    public = disclose(tidy(rows), quarter=Q3, measures=known)
    assert hidden(public, "ended")
    assert hidden(public, "started") or hidden(public, "net change")


def test_a_count_that_two_measures_share_is_hidden_in_both():
    months = {team: np.array([3, 9, 30, 7, 12, 15, 20, 22, 31]) + 10 * i for i, team in enumerate(TEAMS)}
    when = periods(Quarter(2017, 1), Q3)
    first, second = (summed(name, months, when) for name in ("first", "second"))
    known = {"first": measure("first"), "second": measure("second")}
    public = disclose(pd.concat([first, second], ignore_index=True), quarter=Q3, measures=known)
    keys = ["kind", "end", "breakdown", "category"]
    one, other = (public[public.measure == name].set_index(keys).status for name in known)
    assert (one == "c").any()
    assert one.eq(other).all()


def test_officers_see_everything():
    figures = one_quarter("m", {"north": 3, "south": 40})
    assert audience(figures, "officers") is figures


def test_what_an_earlier_paper_showed_cannot_hide_anything():
    figures = one_quarter("m", {"north": 3, "south": 40, "east": 50, "west": 60})
    earlier = one_quarter("m", {"north": 3, "south": 40, "east": 50, "west": 60})
    earlier.loc[earlier.category != "south", NUMBERS] = np.nan
    public = disclose(figures, quarter=Q3, measures={"m": measure("m")}, earlier=earlier)
    assert hidden(public, "north")
    assert hidden(public, "east")


def test_the_same_figures_are_hidden_every_time():
    months = {team: np.random.default_rng(i).poisson(6, 9) for i, team in enumerate(TEAMS)}
    figures = summed("m", months, periods(Quarter(2017, 1), Q3))
    once, again = (disclose(figures, quarter=Q3, measures={"m": measure("m")}) for _ in range(2))
    pd.testing.assert_frame_equal(once, again)


def test_the_attack_finds_what_is_hidden_too_thinly():
    figures = one_quarter("m", {"north": 3, "south": 40, "east": 50})
    public = figures.assign(status=np.where(figures.category == "north", "c", ""))
    found = attack(figures, public, {"m": measure("m")})
    assert [possible for _, possible in found.values()] == [1]


counts = st.lists(st.integers(0, 12), min_size=9, max_size=9).map(np.array)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(months=st.fixed_dictionaries(dict.fromkeys(TEAMS[:3], counts)))
def test_no_monthly_count_can_be_worked_out_from_quarters_years_and_totals(months):
    when = periods(Quarter(2017, 2), Q3)
    months = {team: values[: (when.kind == "month").sum()] for team, values in months.items()}
    known = {"m": measure("m")}
    figures = summed("m", months, when)
    public = disclose(figures, quarter=Q3, measures=known)
    for value, possible in attack(figures, public, known).values():
        assert value == 0 or possible >= 3


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_fraction_can_be_worked_out_from_other_teams_and_the_whole(data):
    when = periods(Q3, Q3)
    when = when[when.kind == "quarter"]
    whole = {team: np.array([data.draw(st.integers(0, 40))]) for team in TEAMS}
    months = {team: np.array([data.draw(st.integers(0, int(whole[team][0])))]) for team in TEAMS}
    known = {"m": measure("m", "percent", "proportion")}
    rows = []
    for category in ("all", *TEAMS):
        of = [whole[team][0] for team in TEAMS if category in ("all", team)]
        part = [months[team][0] for team in TEAMS if category in ("all", team)]
        share = 100 * sum(part) / sum(of) if sum(of) else np.nan
        breakdown = "all" if category == "all" else "team"
        rows.append(("m", "quarter", Q3.start, Q3.end, breakdown, category, sum(part), sum(of), share))
    figures = tidy(rows)
    public = disclose(figures, quarter=Q3, measures=known)
    for value, possible in attack(figures, public, known).values():
        assert value == 0 or possible >= 3


def test_a_cost_table_with_one_small_type_loses_that_row_and_one_more():
    numbers = {"residential": 63, "fostering agency": 231, "kinship": 137, "plus": 4, "complex": 6, "student": 7}
    rows = []
    for name in ("placement_numbers", "placement_costs"):
        for category, n in [*numbers.items(), ("all", sum(numbers.values()))]:
            breakdown = "all" if category == "all" else "team"
            weeks = n * 92 / 7
            cell = (n, np.nan, n) if name == "placement_numbers" else (900.0 * weeks, weeks, 900.0)
            rows.append((name, "quarter", Q3.start, Q3.end, breakdown, category, *cell))
    known = {
        "placement_numbers": measure("placement_numbers", kind="stock", at_close=True),
        "placement_costs": measure("placement_costs", "gbp_per_week", "finance"),
    }
    public = disclose(tidy(rows), quarter=Q3, measures=known)
    for name in known:
        assert public.category[(public.status == "c") & (public.measure == name)].tolist() in (
            ["plus", "complex"],
            ["plus", "student"],
        )


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
