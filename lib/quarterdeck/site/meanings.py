"""What things mean: the definition of every measure, and the acronyms."""

from __future__ import annotations

from markupsafe import Markup

from quarterdeck.authority import Authority, Target
from quarterdeck.measures.registry import Measure
from quarterdeck.paper import about, tables, words
from quarterdeck.paper.anatomy import slug
from quarterdeck.paper.blocks import anchor
from quarterdeck.site.frame import Site, section, whole

SYMBOLS = {
    **tables.SYMBOLS,
    "▲ ▼": "higher, lower: the word beside it says whether that is better",
    "◆": "no clear change: within the usual ups and downs",
}


def address(measure: Measure) -> str:
    """The page of a measure over all quarters, from the site's first page."""
    return f"measures/{measure.id}.html"


def definitions_page(site: Site) -> str:
    """Every measure by service area: what it counts, from where, why it was chosen, and whose its target is."""
    areas = dict.fromkeys(measure.area for measure in site.measures.values())
    many = len(site.measures)
    return whole(
        site,
        "definitions",
        "Definitions",
        f"{many} measures, by service area",
        "What each measure counts, where it comes from, why it was chosen, and whose target it has. "
        "The name of a measure leads to every quarter of it.",
        [section(area, slug(area), _area(site, area)) for area in areas],
    )


def _area(site: Site, area: str) -> Markup:
    return Markup("").join(
        Markup('<h3 id="{}"><a href="{}">{}</a></h3>').format(anchor(one.id), address(one), one.title)
        + meaning(one, site.authority)
        for one in site.measures.values()
        if one.area == area
    )


def meaning(measure: Measure, authority: Authority) -> Markup:
    """What a measure counts, which way is better, its source, why it was chosen and whose its target is."""
    own = next((one for one in authority.every_target if _is_of(one, measure)), None)
    kpi = next((one for one in authority.kpis if one.measure == measure.id), None)
    told = [
        ("What it counts", measure.definition),
        ("Source", measure.source),
        ("Why it was chosen", " ".join(filter(None, [measure.why, kpi.rationale if kpi else ""]))),
        ("Target", _target(own, measure) if own else "None has been set"),
        ("Which way is better", {"neutral": "Neither"}.get(measure.polarity, measure.polarity.split()[0].capitalize())),
    ]
    lines = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, words.sentence(said.rstrip(".") + "."))
        for name, said in told
        if said
    )
    return Markup('<dl class="means">{}</dl>').format(lines)


def _is_of(target: Target, measure: Measure) -> bool:
    return (target.measure, target.breakdown, target.category) == (measure.id, *measure.category)


def _target(target: Target, measure: Measure) -> str:
    value = words.amount(target.value, measure.unit, 0 if target.value % 1 == 0 else measure.decimals)
    return f"{value}: {target.owner} ({target.source})"


def acronyms_page(site: Site) -> str:
    """What the acronyms and the symbols of the papers stand for."""
    symbols = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, said) for name, said in SYMBOLS.items()
    )
    return whole(
        site,
        "acronyms",
        "Acronyms",
        "And the symbols that stand in a table",
        "What the short forms in the papers stand for.",
        [
            section("Acronyms", "acronyms", about.acronyms()),
            section("Symbols", "symbols", Markup('<dl class="gloss">{}</dl>').format(symbols)),
        ],
    )
