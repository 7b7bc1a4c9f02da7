"""The first page of the site: where to find an answer, and every quarter with its papers."""

from __future__ import annotations

from markupsafe import Markup

from quarterdeck.paper import words
from quarterdeck.publish.plan import PaperFile
from quarterdeck.site.frame import Site, section, whole
from quarterdeck.site.handbook import address, chapters, title
from quarterdeck.site.published import Published

SCORECARD = "scorecard"


def index_page(site: Site) -> str:
    """The site's `index.html`."""
    quarters = [section(one.quarter.long, one.quarter.slug, _quarter(site, one)) for one in reversed(site.quarters)]
    many = words.count_word(len(site.quarters))
    newest = site.newest.quarter
    return whole(
        site,
        "index",
        "Children’s services, every quarter",
        f"{words.sentence(many)} quarter{'' if many == 'one' else 's'} of briefing papers",
        Markup("The newest papers are those of {}, {}.").format(words.short_quarter(newest), words.months_of(newest)),
        [section("Where to find it", "find", _answers(site)), *quarters],
        forms=[] if site.officers else [("Feed of new papers (Atom)", "feed.xml")],
    )


def _answers(site: Site) -> Markup:
    """What readers ask first, each with the way to its answer."""
    newest, when = site.newest, words.short_quarter(site.newest.quarter)
    front = site.to(newest)
    told = [
        ("What changed most", f"{front}#changed", f"in {when}, measured against the usual ups and downs"),
        ("What got worse, and what got better", f"{front}#worse", f"in {when}"),
        *_compared(site, newest),
        ("What became of a measure", "definitions.html", "each has a page with every quarter of it"),
        (
            "Where a number comes from",
            "definitions.html",
            "what each measure counts, its source, and whose the target is",
        ),
        ("What an acronym means", "acronyms.html", "and what c, x and z stand for in a table"),
        *((title(one), address(one), one.about) for one in chapters(site.audience)),
    ]
    items = Markup("").join(Markup('<li><a href="{1}">{0}</a>: {2}.</li>').format(*one) for one in told)
    return Markup('<ul class="list">{}</ul>').format(items)


def _compared(site: Site, newest: Published) -> list[tuple[str, str, str]]:
    """The first paper that has a scorecard: England and neighbours stand in it."""
    paper = site.first_with(SCORECARD)
    said = "England and our statistical neighbours beside every measure that they have"
    return [("How we compare", f"{site.to(newest, paper.name)}#{SCORECARD}", said)] if paper else []


def _quarter(site: Site, one: Published) -> Markup:
    """A quarter's papers: of the newest with what each is about, of the others by their titles."""
    front = Markup(
        '<p class="body"><a href="{}">Front page of {}</a>: what changed, and every measure at a glance.</p>'
    )
    newest, papers = one is site.newest, site.made(one)
    items = Markup("").join((_paper if newest else _title)(site, one, paper) for paper in papers)
    form = '<ol class="papers">{}</ol>' if newest else '<ul class="list">{}</ul>'
    said = front.format(site.to(one), words.short_quarter(one.quarter))
    return said + (Markup(form).format(items) if papers else Markup(""))


def _paper(site: Site, one: Published, paper: PaperFile) -> Markup:
    said = Markup("<p>{}</p>").format(paper.summary) if paper.summary else Markup("")
    link = Markup('<a href="{}">{}</a>').format(site.to(one, paper.name), paper.title)
    return Markup("<li><div><h3>{}</h3>{}</div></li>").format(link, said)


def _title(site: Site, one: Published, paper: PaperFile) -> Markup:
    return Markup('<li><a href="{}">{}</a></li>').format(site.to(one, paper.name), paper.title)
