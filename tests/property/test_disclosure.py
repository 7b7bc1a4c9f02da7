"""Nobody can work out a hidden figure from what the public copy shows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from quarterdeck.figures.disclosure import NUMBERS, audience, disclose, published, sensitive
from quarterdeck.figures.relations import relations
from quarterdeck.figures.told import told_by_others
from quarterdeck.measures.registry import Measure
from quarterdeck.quarter import Quarter, periods

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


def hid(figures, *categories):
    """The figures as an earlier paper published them: these hidden."""
    earlier = figures.copy()
    earlier.loc[earlier.category.isin(categories), NUMBERS] = np.nan
    earlier.loc[earlier.category.isin(categories), "status"] = "c"
    return earlier


def test_what_an_earlier_paper_hid_stays_hidden_though_what_it_kept_secret_is_gone():
    earlier = hid(one_quarter("m", {"north": 3, "south": 40, "east": 50, "west": 60}), "north", "south")
    figures = one_quarter("m", {"north": 0, "south": 43, "east": 50, "west": 60})
    public = disclose(figures, quarter=Q3, measures={"m": measure("m")}, earlier=earlier)
    assert hidden(public, "south")
    assert not hidden(public, "west")


def test_what_an_earlier_paper_hid_stays_hidden_while_it_keeps_a_small_number_from_being_told():
    earlier = hid(one_quarter("m", {"north": 3, "south": 40, "east": 50, "west": 60}), "north", "south")
    figures = one_quarter("m", {"north": 0, "south": 43, "east": 4, "west": 106})
    public = disclose(figures, quarter=Q3, measures={"m": measure("m")}, earlier=earlier)
    assert not hidden(public, "north")
    assert hidden(public, "east")
    assert hidden(public, "south")


def test_a_hidden_count_is_told_by_another_that_is_the_same_wherever_both_are_shown():
    when = periods(Quarter(2017, 1), Q3)
    whole = {"first": measure("first"), "second": measure("second")}
    figures = pd.concat([summed(name, {"north": np.arange(20, 29)}, when) for name in whole], ignore_index=True)
    figures = figures[(figures.kind == "month") & (figures.breakdown == "all")].reset_index(drop=True)
    first = figures.measure == "first"
    figures.loc[first & (figures.end == figures.end.min()), ["numerator", "value"]] = 70
    secret = (first & figures.end.isin(sorted(figures.end.unique())[::4])).to_numpy()
    ties = relations(figures, whole)
    told = told_by_others(figures, whole, ties, np.ones(len(figures), bool), secret, np.zeros(len(ties.cells), bool))
    assert told[ties.numerator[secret]].tolist() == [False, True, True]


def test_a_small_count_that_another_figure_shows_is_never_called_told():
    figures = pd.concat([one_quarter(name, {"north": 3, "south": 40, "east": 50}) for name in "ab"], ignore_index=True)
    known = {name: measure(name) for name in "ab"}
    ties = relations(figures, known)
    small = sensitive(figures, ties, known)
    everything = np.ones(len(figures), bool)
    told = told_by_others(figures, known, ties, everything, (figures.category == "north").to_numpy(), small)
    assert small.any()
    assert not told[small].any()


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
