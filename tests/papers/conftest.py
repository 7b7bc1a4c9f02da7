"""A quarter made up for the papers' own tests: every measure of the catalogue, no return, no records."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from lxml.html import HtmlElement, document_fromstring
from nbformat import NotebookNode
from nbformat.v4 import new_output

from quarterdeck.authority import Authority, Target, read_authority
from quarterdeck.editions import keep_edition
from quarterdeck.figures.export import to_csv
from quarterdeck.figures.frame import COLUMNS
from quarterdeck.figures.history import as_published
from quarterdeck.home import Home
from quarterdeck.measures.looked_after import LONGEST, TIME_IN_CARE
from quarterdeck.measures.registry import MEANS, SCALES, Measure, catalogue
from quarterdeck.paper import paper as writing
from quarterdeck.paper.front_page import Entry, front_page
from quarterdeck.paper.quality import paper as quality
from quarterdeck.publish.manifest import made_print, write_manifest
from quarterdeck.publish.render import render
from quarterdeck.quarter import Quarter, periods
from quarterdeck.site import update_site
from tests.conftest import AUTHORITY, ROOT

NOTEBOOKS = ROOT / "notebooks"
QUARTER = Quarter(2017, 3)
BANDS = {
    "flow": ("started", "ended", "net change"),
    "duration_band": (
        "same day", "1 to 10 days", "11 to 20 days", "21 to 30 days", "31 to 40 days", "41 to 45 days", "46 to 50 days",
        "51 to 60 days", "61 days or more",
    ),
    "time_in_care": (*TIME_IN_CARE, LONGEST),
    "age_band": ("under 1", "1 to 4", "5 to 9", "10 to 15", "16 and over"),
    "earlier_plan": ("ever", "ended within 24 months"),
    "plans_or_cases": ("plans", "cases"),
    "reason": ("came into care", "threshold no longer met", "other"),
    "outcome": ("no further action", "child in need plan", "stepped down to early help", "became looked after"),
}  # fmt: skip


@dataclass(frozen=True)
class Stand:
    """What stands in for a prepared quarter."""

    authority: Authority
    quarter: Quarter
    figures: pd.DataFrame
    public: pd.DataFrame
    files: pd.DataFrame
    reconciliation: pd.DataFrame
    public_reconciliation: pd.DataFrame
    problems: pd.DataFrame
    sources: pd.DataFrame
    rules: pd.DataFrame
    completeness: pd.DataFrame
    repairs: pd.DataFrame
    as_published: pd.DataFrame
    public_as_published: pd.DataFrame

    def of_audience(self, audience: str) -> pd.DataFrame:
        return self.figures if audience == "officers" else self.public


@cache
def profile(slug: str = AUTHORITY) -> Authority:
    path = ROOT / "data" / slug / "authority.toml"
    target = Target(
        measure="review_timeliness", value=95, tolerance=2, owner="the corporate parenting board", source="plan of 2017"
    )
    authority = read_authority(path)
    return authority.model_copy(update={"targets": (*authority.targets, target)})


def series(
    measure: Measure, when: pd.DataFrame, breakdown: str, category: str, share: float, seed: int
) -> pd.DataFrame:
    """One series of a measure, with a level of its own and a little chance in it."""
    chance = np.random.default_rng(seed)
    months = {"month": 1, "quarter": 3, "year_to_date": 6, "rolling_12_months": 12}
    length = when.kind.astype("str").map(months).to_numpy() if measure.adds_up else np.ones(len(when))
    wave = 1 + chance.normal(0, 0.06, len(when)) + np.linspace(0, 0.1, len(when))
    whole = 400.0 * share * length * wave
    if category == "net change":
        top = np.round((wave - 1.05) * 120)
    else:
        top = np.round(whole * (0.8 if measure.unit == "percent" and breakdown == "all" else 1))
    below = np.full(len(when), np.nan)
    value = top
    # A median's bands hold shares of what was counted, never days.
    if measure.unit == "percent" or (measure.unit in ("days", "working_days") and breakdown in BANDS):
        below = np.round(400.0 * length * wave)
        value = top / below * 100
    elif measure.unit == "per_10k":
        below = np.full(len(when), 116697.0)
        value = top / below * SCALES["per_10k"]
    elif measure.unit == "gbp_per_week":
        below = top * 13
        value = 882.7 * wave
    elif measure.unit in MEANS:
        below = np.round(20.0 * length * wave)
        value = top / below
    elif measure.unit in ("days", "working_days"):
        value = np.round(200 * wave)
    return when.assign(
        measure=measure.id, breakdown=breakdown, category=category, numerator=top, denominator=below, value=value,
        lower=value * 0.95, upper=value * 1.05, status="",
    )  # fmt: skip


def made_up(measures: dict[str, Measure], slug: str = AUTHORITY) -> pd.DataFrame:
    when = periods(Quarter(2015, 1), QUARTER)
    authority = profile(slug)
    frames = []
    for number, measure in enumerate(measures.values()):
        whole = "net change" if measure.main == "flow" else "all"
        frames.append(series(measure, when, "all", whole, 1.0, number).assign(category="all"))
        wanted = dict.fromkeys([measure.main, measure.category[0], "reason_ceased"])
        for place, breakdown in enumerate(name for name in wanted if name in measure.breakdowns):
            names = BANDS.get(breakdown, ("first kind", "second kind", "third kind", "unknown"))
            if breakdown == "placement_type":
                names = tuple(kind.name for kind in authority.placement_types)
            if measure.category[0] == breakdown:
                names = tuple(dict.fromkeys((measure.category[1], *names)))
            shares = np.random.default_rng(99 + number).dirichlet(np.ones(len(names)))
            frames += [
                series(measure, when, breakdown, name, float(part), 1000 * place + number)
                for name, part in zip(names, shares, strict=True)
            ]
    return pd.concat(frames, ignore_index=True)[list(COLUMNS)]


@pytest.fixture(scope="session")
def measures() -> dict[str, Measure]:
    return dict(catalogue())


def stood(
    figures: pd.DataFrame, authority: Authority | None = None, reconciliation: pd.DataFrame | None = None
) -> Stand:
    """A prepared quarter with these figures; its public copy hides counts of 1 to 5."""
    small = figures.numerator.between(1, 5)
    hidden = ["numerator", "denominator", "value", "lower", "upper"]
    public = figures.copy()
    public.loc[small, hidden] = np.nan
    public.loc[small, "status"] = "c"
    files = pd.DataFrame(
        {
            "file": ["2017-18-Q3/cin_census.xml", "2017-18-Q3/ssda903/episodes.csv"],
            "list": ["Child", "episodes"],
            "format": ["cin_census", "ssda903"],
            "table": ["person", "cla_episodes"],
            "collection_year": [2018, 2018],
            "rows_in": [5954, 1412],
            "rows_used": [5954, 1410],
            "rows_set_aside": [0, 2],
            "sha256": ["4f1c9a0e" * 8, "b7720d13" * 8],
        }
    )
    earlier = [(QUARTER.minus(1), last_paper(shown)) for shown in (figures, public)]
    printed = CONTRADICTED if reconciliation is None else reconciliation
    return Stand(
        authority or profile(),
        QUARTER,
        figures,
        public,
        files,
        printed,
        printed,
        PROBLEMS,
        SOURCES,
        RULES,
        FILLED,
        REPAIRS,
        as_published(figures, earlier[:1], QUARTER),
        as_published(public, earlier[1:], QUARTER),
    )


def last_paper(figures: pd.DataFrame) -> pd.DataFrame:
    """Last quarter's paper: the figures as they are now, but that it had four plans fewer, which were entered late."""
    rows = figures[figures.end <= QUARTER.minus(1).end].reset_index(drop=True)
    late = (rows.measure == "cp_plan_rate") & (rows.breakdown == "all") & (rows.end == QUARTER.minus(1).end)
    rows.loc[late, "numerator"] -= 4
    rows.loc[late, "value"] = rows.numerator / rows.denominator * SCALES["per_10k"]
    return rows


PROBLEMS = pd.DataFrame(
    [("2017-18-Q3/ssda903/episodes.csv", "7", "LS", "ZZ", "a 2017-18 code for LS", "correct it", "code")] * 2,
    columns=["file", "line", "column", "value", "expected", "what_to_do", "rule"],
)
SOURCES = pd.DataFrame(
    {
        "table": ["person", "cla_episodes"],
        "format": ["cin_census", "ssda903"],
        "events_since": pd.to_datetime([None, "2014-04-01"]),
        "open_since": pd.to_datetime([None, "2014-04-01"]),
    }
)
RULES = pd.DataFrame(
    [
        ("CLA-01", "error", "cla_episodes", "legal_status", "The law is not told.", "failed", "", 1410, 3),
        ("CLA-02", "query", "cla_episodes", "cla_placement_urn", "No home is told.", "failed", "1 is gone", 1410, 0),
        ("CLA-03", "error", "cla_episodes", "legal_status", "The law is twice told.", "passed", "", 1410, 0),
        (
            "CPP-01",
            "error",
            "cp_plans",
            "cp_plan_end_date",
            "It ended early.",
            "not run",
            "no return gave cp_plans",
            0,
            0,
        ),
    ],
    columns=["code", "severity", "table", "fields", "message", "state", "reason", "checked", "failing"],
)
FILLED = pd.DataFrame(
    [
        ("person", "person_id", True, True, 5954, 5954),
        ("person", "ethnicity", False, True, 5954, 5000),
        ("cla_episodes", "person_id", True, True, 1410, 1410),
        ("cla_episodes", "cla_placement_urn", False, True, 1410, 141),
        ("cla_episodes", "cla_episode_ceased_date", False, True, 1410, 700),
        ("cla_episodes", "legal_status", False, False, 1410, 0),
    ],
    columns=["table", "column", "required", "told", "rows", "filled"],
)
REPAIRS = pd.DataFrame(
    [("FIX-ROW-01", "cla_episodes", 2018, 4, "A row stood twice: it was counted once.")],
    columns=["rule", "table", "collection_year", "rows", "description"],
)


CONTRADICTED = pd.DataFrame(
    [
        ("placement_costs", "printed TOTAL average unit cost", "2017-12-31", 954.0, 882.7, "gbp_per_week", 0,
         "contradicted", False, "£954", "£882.70",
         "The printed total is not the mean over all placements; this paper uses that mean.", "an earlier paper"),
        ("cp_plan_rate", "all", "2017-12-31", 41.0, 41.0, "per_10k", 0,
         "agrees", True, "41", "41", "", "an earlier paper"),
        ("cla_rate", "all", "2017-03-31", 66.0, 66.0, "per_10k", 0,
         "agrees", True, "66", "66", "DfE's rate.", "DfE: a table"),
    ],
    columns=["measure", "breakdown", "period", "published", "recomputed", "unit", "decimals", "result", "agrees",
             "published_text", "recomputed_text", "note", "source"],
)  # fmt: skip

COMMENTARY = """An author's note.

## assessments_in_45_days
Said by: Assistant Director

We now finish {assessments_in_45_days} of assessments in 45 working days,
{assessments_in_45_days.change} on last quarter.

- a first point
- a second
"""


@pytest.fixture(scope="session")
def stand(measures: dict[str, Measure]) -> Stand:
    return stood(made_up(measures))


def executed(name: str, stand: Stand, audience: str = "public", commentary: str = COMMENTARY) -> NotebookNode:
    """The notebook as it would be after a run, without a kernel: its cells, with what the paper showed in each."""
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    namespace: dict[str, object] = {}
    shown = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "_prepared", lambda *_: stand)
        patch.setattr(writing, "_commentary", lambda *_: commentary)
        patch.setattr(quality, "_last_quality", lambda *_: None)
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            exec(cell.source, namespace)
            if "parameters" in cell.metadata.get("tags", []):
                namespace |= {"authority": stand.authority.slug, "audience": audience, "quarter": str(stand.quarter)}
            paper = namespace.get("paper")
            if isinstance(paper, writing.Paper):
                if "Paper(" in cell.source:
                    front = json.loads(json.dumps(paper.front()))
                    cell.outputs.append(new_output("display_data", {writing.MIME: front}))
                about = {"text/html": {"briefing": True}}
                cell.outputs += [
                    new_output("display_data", {"text/html": str(html)}, metadata=about) for html in paper.shown[shown:]
                ]
                shown = len(paper.shown)
    return notebook


@dataclass(frozen=True)
class Built:
    """A paper as a reader has it."""

    name: str
    audience: str
    text: str

    @property
    def tree(self) -> HtmlElement:
        return document_fromstring(self.text)


PAGES = [
    (name, audience)
    for name in (
        "performance_monitoring",
        "looked_after_children",
        "placements_and_costs",
        "workforce_and_practice",
        "improvement_journey",
        "child_protection",
        "children_in_need",
    )
    for audience in ("public", "officers")
]


@pytest.fixture(scope="session")
def of_the_quarter(stand: Stand) -> dict[tuple[str, str], Built]:
    """Every paper that has a notebook of ours, for both audiences, and the front page of each."""
    made = {
        (name, audience): Built(name, audience, render(executed(name, stand, audience))) for name, audience in PAGES
    }
    made["data_quality", "officers"] = Built(
        "data_quality", "officers", render(executed("data_quality", stand, "officers"))
    )
    entries = [
        Entry(name, name.replace("_", " ").capitalize(), "A paper.")
        for name in dict.fromkeys(name for name, _ in PAGES)
    ]
    for audience in ("public", "officers"):
        made["index", audience] = Built("index", audience, front_page(stand, entries, audience))
    return made


def publish(home: Home, quarter: Quarter, stand: Stand, made: dict[tuple[str, str], Built]) -> Path:
    """Put a quarter's pages and figures where a build puts them, with its manifest and its edition."""
    folder = home.outputs / AUTHORITY / quarter.slug
    for (name, audience), one in made.items():
        (folder / audience).mkdir(parents=True, exist_ok=True)
        (folder / audience / f"{name}.html").write_text(one.text, encoding="utf-8")
    for audience in ("public", "officers"):
        to_csv(stand.of_audience(audience), folder / audience / "figures.csv", stand.authority, quarter)
    outputs = {path.relative_to(folder).as_posix(): made_print(path) for path in folder.rglob("*.*")}
    write_manifest(folder, {"figures": f"figures of {quarter}", "outputs": outputs})
    keep_edition(home, AUTHORITY, quarter, f"figures of {quarter}")
    return folder


def bare_home(folder: Path) -> Home:
    """A home with the notebooks and the demonstration county's profile, and nothing published."""
    (folder / "data" / AUTHORITY).mkdir(parents=True)
    (folder / "notebooks").symlink_to(NOTEBOOKS)
    shutil.copy(ROOT / "data" / AUTHORITY / "authority.toml", folder / "data" / AUTHORITY)
    return Home(folder)


@pytest.fixture(scope="session")
def site(stand: Stand, of_the_quarter: dict[tuple[str, str], Built], tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the pages of two quarters, linked, and the site over them; only read it."""
    home = bare_home(tmp_path_factory.mktemp("site"))
    before = replace(stand, figures=last_paper(stand.figures), public=last_paper(stand.public))
    publish(home, QUARTER.minus(1), before, of_the_quarter)
    publish(home, QUARTER, stand, of_the_quarter)
    update_site(home, AUTHORITY)
    return home


SITE_PAGES = [
    "index",
    "definitions",
    "acronyms",
    "measures/cp_plan_rate",
    "measures/placement_costs",
    "handbook/members",
]
OFFICERS_PAGES = ["handbook/analysing", "handbook/running", "handbook/adding"]
OF_SITE = {"public": SITE_PAGES, "officers": [*SITE_PAGES, *OFFICERS_PAGES]}


@pytest.fixture(scope="session")
def pages(site: Home) -> dict[tuple[str, str], Built]:
    """The pages of a quarter and of the site over it, as they are published, by name and copy."""
    quarter, made = site.outputs / AUTHORITY / QUARTER.slug, {}
    for audience, own in (("public", ""), ("officers", "officers")):
        for path in (quarter / audience).glob("*.html"):
            made[path.stem, audience] = Built(path.stem, audience, path.read_text(encoding="utf-8"))
        for name in OF_SITE[audience]:
            text = (site.outputs / AUTHORITY / own / f"{name}.html").read_text(encoding="utf-8")
            made[f"site/{name}", audience] = Built(f"site/{name}", audience, text)
    return made


ALL_PAGES = [
    *PAGES,
    ("data_quality", "officers"),
    *((name, audience) for audience in OF_SITE for name in ("index", *(f"site/{one}" for one in OF_SITE[audience]))),
]


@pytest.fixture(params=ALL_PAGES, ids=lambda pair: "-".join(pair))
def page(request: pytest.FixtureRequest, pages: dict[tuple[str, str], Built]) -> Built:
    return pages[request.param]


@pytest.fixture(params=PAGES, ids=lambda pair: "-".join(pair))
def paper(request: pytest.FixtureRequest, pages: dict[tuple[str, str], Built]) -> Built:
    return pages[request.param]
