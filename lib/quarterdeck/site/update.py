"""Bring an authority's site up to date with the quarters that are published: links first, then its own pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock

from quarterdeck.authority import read_authority
from quarterdeck.home import Home, fingerprint_of, library_fingerprint
from quarterdeck.measures.registry import catalogue
from quarterdeck.publish.manifest import made_print, read_manifest, write_manifest
from quarterdeck.publish.plan import AUDIENCES, papers
from quarterdeck.quarter import Quarter
from quarterdeck.site import handbook
from quarterdeck.site.authorities import update_authorities
from quarterdeck.site.feed import feed
from quarterdeck.site.frame import FOLDERS, Site
from quarterdeck.site.index import index_page
from quarterdeck.site.meanings import acronyms_page, address, definitions_page
from quarterdeck.site.measure import Told, measure_page
from quarterdeck.site.neighbours import link_neighbours
from quarterdeck.site.published import Published, leading_series, published
from quarterdeck.whole import write_whole

ROOMS = ("site", "handbook", "paper", "measures", "editions", "authority")


def site_lock(home: Home, authority: str) -> FileLock:
    """Held while a quarter is swapped in and while the site is written: one at a time, whichever quarters are built."""
    return FileLock(home.outputs / authority / ".site.lock")


def update_site(home: Home, authority: str) -> None:
    """Link the quarters that are published to each other, and write the site's pages where anything has changed.

    No notebook runs. A run that dies on the way leaves whole pages, and the next one mends the rest. The lock of
    `site_lock` is to be held.

    Parameters
    ----------
    authority : its folder in `data/`.
    """
    quarters = published(home, authority)
    if not quarters:
        return
    link_neighbours(quarters)
    folder, key = home.outputs / authority, _key(home, authority, quarters)
    before = read_manifest(folder)
    if before.get("key") == key and _are_there(home, folder, before):
        return
    written = {}
    for name, text in _pages(home, authority, quarters):
        write_whole(folder / name, text)
        written[name] = made_print(folder / name)
    for name in set(before.get("outputs", {})) - set(written):
        (folder / name).unlink(missing_ok=True)
    made_of = {one.quarter.slug: one.manifest["figures"] for one in quarters}
    write_manifest(folder, {"authority": authority, "key": key, "quarters": made_of, "outputs": written})
    update_authorities(home)


def _are_there(home: Home, folder: Path, before: dict[str, Any]) -> bool:
    return all(file.is_file() for file in (home.outputs / "index.html", *(folder / name for name in before["outputs"])))


def _key(home: Home, authority: str, quarters: list[Published]) -> str:
    """The fingerprint of all that the site's pages depend on."""
    profile = read_authority(home.data / authority / "authority.toml").model_dump_json()
    listed = [text for one in papers(home) for text in (one.name, one.title, one.summary, str(one.order))]
    told = [text for one in quarters for text in (one.quarter.slug, one.edition.fingerprint, *_prints(one))]
    return fingerprint_of([profile, library_fingerprint(*ROOMS), *listed, *told])


def _prints(one: Published) -> Iterator[str]:
    outputs = one.manifest["outputs"]
    return (outputs[name] for name in sorted(outputs) if name.endswith(".html"))


def _pages(home: Home, authority: str, quarters: list[Published]) -> Iterator[tuple[str, str]]:
    """Each page of both copies: its place in the authority's outputs, and its text; the first page last."""
    profile, measures = read_authority(home.data / authority / "authority.toml"), dict(catalogue())
    for audience in AUDIENCES:
        site = Site(profile, audience, tuple(quarters), tuple(papers(home)), measures)
        where = FOLDERS[audience]
        printed = {one.quarter: leading_series(one.edition, audience, measures.values()) for one in quarters}
        newest = printed[quarters[-1].quarter]
        rows = {str(name): part for name, part in newest.groupby("measure")}
        own = {when: _at_its_end(when, told) for when, told in printed.items()}
        for name, measure in measures.items():
            then = {when: told[name] for when, told in own.items() if name in told}
            yield f"{where}{address(measure)}", measure_page(site, measure, rows.get(name, newest.iloc[:0]), then)
        yield f"{where}definitions.html", definitions_page(site)
        yield f"{where}acronyms.html", acronyms_page(site)
        for chapter in handbook.chapters(audience):
            yield f"{where}{handbook.address(chapter)}", handbook.chapter_page(site, chapter)
        if not site.officers:
            yield f"{where}feed.xml", feed(site)
        yield f"{where}index.html", index_page(site)


def _at_its_end(quarter: Quarter, printed: pd.DataFrame) -> dict[str, Told]:
    """The value and status of each measure for the quarter whose papers printed them."""
    rows = printed[printed.end == quarter.end]
    return {
        str(name): (value, status) for name, value, status in rows[["measure", "value", "status"]].itertuples(False)
    }
