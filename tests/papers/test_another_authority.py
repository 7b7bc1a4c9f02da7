"""The same notebooks make another authority's papers: its own names, and none of the first's."""

from __future__ import annotations

import datetime as dt

import pytest

from quarterdeck.authority import Authority
from quarterdeck.improvement import read_journey
from quarterdeck.measures.registry import Measure
from quarterdeck.publish.render import render
from tests.conftest import AUTHORITY, ROOT, SECOND
from tests.papers.conftest import PAGES, Stand, executed, made_up, profile, stood

PAPERS = sorted({name for name, _ in PAGES} | {"care_leavers", "data_quality"})


def names(authority: Authority) -> set[str]:
    """What is an authority's own: its names, those of its panel, contacts, teams and kinds of placement."""
    own = {authority.name, authority.short_name, authority.panel.name, authority.panel.report_of}
    own |= {contact.email for contact in authority.contacts} | {contact.role for contact in authority.contacts}
    return own | {one.name for one in (*authority.teams, *authority.districts, *authority.placement_types)}


@pytest.fixture(scope="module")
def second(measures: dict[str, Measure]) -> Stand:
    return stood(made_up(measures, SECOND), profile(SECOND))


@pytest.fixture(scope="module", params=PAPERS)
def page(request: pytest.FixtureRequest, second: Stand) -> str:
    return render(executed(request.param, second, "officers", commentary=""))


def test_a_paper_of_the_second_authority_holds_no_name_of_the_first(page: str, measures: dict[str, Measure]) -> None:
    areas = {measure.area.lower() for measure in measures.values()}
    first_only = {name for name in names(profile(AUTHORITY)) - names(profile(SECOND)) if name.lower() not in areas}
    assert {name for name in first_only if name in page} == set()


def test_a_paper_of_the_second_authority_holds_its_own_name_panel_and_colour(page: str) -> None:
    own = profile(SECOND)
    for name in (own.name, own.panel.name, own.panel.report_of, own.contacts[0].role, own.colour):
        assert name in page, name


def test_the_two_authorities_share_no_team_kind_of_placement_or_colour() -> None:
    first, second = profile(AUTHORITY), profile(SECOND)
    assert first.colour != second.colour
    assert not {one.name for one in first.teams} & {one.name for one in second.teams}
    assert not {one.name for one in first.placement_types} & {one.name for one in second.placement_types}


def test_the_cost_table_has_the_second_authoritys_kinds_of_placement(second: Stand) -> None:
    page = render(executed("placements_and_costs", second, "officers", commentary=""))
    kinds = [kind.name.replace("'", "’") for kind in second.authority.placement_types]
    assert [kind for kind in kinds if kind not in page.replace("&#39;", "’").replace("'", "’")] == []


@pytest.mark.parametrize(
    ("day", "asked"), [(dt.date(2018, 3, 15), 0), (dt.date(2019, 7, 24), 10), (dt.date(2019, 7, 25), 22)]
)
def test_the_second_authoritys_journey_tells_nothing_before_its_day(day: dt.date, asked: int) -> None:
    position = read_journey(ROOT / "data" / SECOND / "improvement").on(day)
    assert len(position.recommendations) == asked
