"""A quarter made ready for its papers: returns read, figures worked out, once, and kept for all of them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from filelock import FileLock

from quarterdeck.authority import Authority, read_authority
from quarterdeck.editions import Edition, key_with_history, latest_of_each, published_before
from quarterdeck.errors import Refused
from quarterdeck.home import Home, fingerprint, fingerprint_of, library_fingerprint
from quarterdeck.private import FILE, private_file, private_folder
from quarterdeck.quarter import Quarter
from quarterdeck.whole import put

if TYPE_CHECKING:
    from quarterdeck.measures.registry import Measure
    from quarterdeck.records import Records

FRAMES = (
    "figures", "public", "files", "problems", "sources", "repairs", "rules", "completeness",
    "reconciliation", "public_reconciliation", "published", "as_published", "public_as_published",
)  # fmt: skip
ROOMS = (
    "authority", "checks", "editions", "figures", "measures", "prepared", "quarter", "records", "reference", "returns",
    "working_days",
)  # fmt: skip
FAILING = "failing_records.csv"
SET_ASIDE = "QUARTERDECK_SET_ASIDE"
READY = "QUARTERDECK_READY"
"""Names the folder of figures that a build made: its kernels read those, whatever has changed since."""
PACKAGES = ("pandas", "numpy", "scipy", "pyarrow", "holidays", "lxml", "python-calamine", "pandera")


@dataclass(frozen=True)
class Prepared:
    """A quarter's figures, and where they came from.

    Parameters
    ----------
    authority, quarter : whose, and when.
    key : the fingerprint of all that the figures depend on.
    figures : every figure, with small numbers; for officers.
    public : the same, with small numbers hidden.
    files : each return: format, rows in, used and set aside, SHA-256.
    problems : rows set aside and values made unknown, and why.
    sources : the format that each table came from, and from when it tells everything.
    repairs : what was mended, and by which rule; see `quarterdeck.records.repairs`.
    rules : what each rule of data quality found; see `quarterdeck.checks.Outcome`.
    completeness : of each column of this quarter's tables, how many rows fill it.
    reconciliation : printed figures against recomputed ones; for officers.
    public_reconciliation : printed figures against those of the public copy: what it hides cannot be checked in it.
    published : the figures already printed.
    as_published : what earlier papers printed beside what it is now; see `figures.history`; for officers.
    public_as_published : the same of the public copies.

    Examples
    --------
    >>> ready.figures.columns[:3].tolist()
    ['measure', 'kind', 'start']
    """

    authority: Authority
    quarter: Quarter
    key: str
    folder: Path
    figures: pd.DataFrame
    public: pd.DataFrame
    files: pd.DataFrame
    problems: pd.DataFrame
    sources: pd.DataFrame
    repairs: pd.DataFrame
    rules: pd.DataFrame
    completeness: pd.DataFrame
    reconciliation: pd.DataFrame
    public_reconciliation: pd.DataFrame
    published: pd.DataFrame
    as_published: pd.DataFrame
    public_as_published: pd.DataFrame

    @cached_property
    def records(self) -> Records:
        """The child-level tables: for an analyst's own cell, never for a paper.

        Examples
        --------
        >>> records.cp_plans.person_id.nunique()  # as prepared("nowhere", "2017-18 Q3").records
        1
        """
        from quarterdeck.records import Records

        tables = {file.stem: pd.read_parquet(file) for file in sorted((self.folder / "records").glob("*.parquet"))}
        return Records(self.authority, self.quarter, tables)

    def with_measure(self, measure: Measure) -> Prepared:
        """The same quarter with one measure more, to look at before the library has it: in officers' copies alone.

        Small numbers are hidden over all figures at once, which a trial does not do: so it is in no public copy.

        Examples
        --------
        >>> from quarterdeck.measures.registry import catalogue
        >>> tried = paper.source.with_measure(catalogue()["cp_plan_rate"])  # doctest: +SKIP
        >>> Paper("trial", authority, "2017-18 Q3", "officers", source=tried)  # doctest: +SKIP
        """
        from quarterdeck.figures.frame import figures
        from quarterdeck.quarter import periods

        when = periods(Quarter.parse(self.authority.first_quarter), self.quarter)
        others = self.figures[self.figures.measure != measure.id]
        return replace(self, figures=pd.concat([others, figures(self.records, [measure], when)], ignore_index=True))

    @property
    def failing_records(self) -> Path:
        """The list of records that break a rule, which names children: for its owner alone, never for a paper."""
        return self.folder / FAILING

    def of_audience(self, audience: str) -> pd.DataFrame:
        """The figures that an audience may see.

        Examples
        --------
        >>> ready.of_audience("public").status.eq("c").any(), ready.of_audience("officers").status.eq("c").any()
        (np.True_, np.False_)
        """
        return self.figures if audience == "officers" else self.public


def sets_aside(authority: Authority) -> bool:
    """Whether bad rows are set aside and counted: the profile says so, or the build that this process belongs to."""
    return os.environ.get(SET_ASIDE) == "1" or authority.bad_rows == "set aside"


def preparation_key(home: Home, authority: Authority, quarter: Quarter, *, set_aside: bool) -> str:
    """The fingerprint of all that a quarter's figures depend on: returns, profile, tables, library, what was published.

    Raises
    ------
    ReturnsError : the authority's database cannot be read.
    """
    folders = [home.quarter_folder(authority.slug, q) for q in home.quarters(authority.slug) if q <= quarter]
    files = [file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file()]
    returns = [f"{home.relative(file)} {fingerprint(file)}" for file in files if file.name != "commentary.md"]
    tables = [fingerprint(file) for file in sorted((home.data / "reference").glob("*.*"))]
    versions = [f"{name}=={version(name)}" for name in PACKAGES]
    profile = authority.model_dump_json()
    parts = [profile, str(quarter), str(set_aside), *returns, *tables, *versions, library_fingerprint(*ROOMS)]
    if authority.ssd:
        from quarterdeck.returns.ssd_database import fingerprint as fingerprint_of_database
        from quarterdeck.returns.ssd_database import read_database

        parts.append(fingerprint_of_database(read_database(authority)))
    return key_with_history(home, authority.slug, quarter, fingerprint_of(parts))


def prepared(
    slug: str,
    quarter: Quarter | str,
    home: Home | None = None,
    *,
    set_aside: bool | None = None,
    key: str | None = None,
) -> Prepared:
    """A quarter's figures: from the last time they were worked out, where nothing they depend on has changed.

    In a kernel of a build of the quarter, they are that build's.

    Parameters
    ----------
    slug : the authority's folder in `data/`.
    quarter : a Quarter, or as `Quarter.parse` reads it.
    home : the project's folder.
    set_aside : whether bad rows are set aside and counted; as `sets_aside` says, where it is not given.
    key : the quarter's `preparation_key`, where it is known already.

    Raises
    ------
    ReturnsError : the returns have problems.
    ProfileError : the authority's profile cannot be used.
    Refused : what the figures depend on changed while they were worked out.

    Examples
    --------
    >>> ready = prepared(authority, "2017-18 Q3")  # doctest: +SKIP
    >>> ready.public.measure.nunique() > 50
    True
    """
    home = home or Home.here()
    when = Quarter.parse(quarter) if isinstance(quarter, str) else quarter
    authority = read_authority(home.data / slug / "authority.toml")
    kept = home.cache / slug / when.slug
    if key is None and (ready := Path(os.environ.get(READY, ""))).parent == kept:
        return _opened(authority, when, ready)
    set_aside = sets_aside(authority) if set_aside is None else set_aside
    key = key or preparation_key(home, authority, when, set_aside=set_aside)
    folder = kept / key[:16]
    if not (folder / "key.json").is_file():
        private_folder(home.cache)
        private_folder(folder.parent)
        with FileLock(folder.parent / ".lock", mode=FILE):
            if not (folder / "key.json").is_file():
                _prepare(home, authority, when, folder, key, set_aside=set_aside)
    return _opened(authority, when, folder)


def _opened(authority: Authority, quarter: Quarter, folder: Path) -> Prepared:
    key = json.loads((folder / "key.json").read_text(encoding="utf-8"))["key"]
    frames = {name: pd.read_parquet(folder / f"{name}.parquet") for name in FRAMES}
    return Prepared(authority, quarter, key, folder, **frames)


def _prepare(home: Home, authority: Authority, quarter: Quarter, folder: Path, key: str, *, set_aside: bool) -> None:
    """Read the returns, work out the figures, and keep both where only their owner can read them."""
    from quarterdeck import checks
    from quarterdeck.figures.disclosure import disclose
    from quarterdeck.figures.frame import figures
    from quarterdeck.figures.history import as_published
    from quarterdeck.figures.reconcile import reconcile
    from quarterdeck.measures.registry import catalogue
    from quarterdeck.quarter import periods
    from quarterdeck.returns import read_quarter

    intake = read_quarter(home.data, authority, quarter, set_aside=set_aside)
    when = periods(Quarter.parse(authority.first_quarter), quarter, latest=latest_month(intake.records))
    all_figures = figures(intake.records, catalogue().values(), when)
    printed = published_figures(home.quarter_folder(authority.slug, quarter) / "published.csv")
    read = published_before(home, authority.slug, quarter, key)
    shown = [one.figures("public") for one in read]
    public = disclose(all_figures, quarter=quarter, earlier=pd.concat(shown, ignore_index=True) if shown else None)
    last = [one for one in latest_of_each(read) if one.quarter < quarter]
    whole = reconcile(all_figures, printed, authority, quarter)
    outcome = checks.run(intake.records)
    frames = {
        "figures": all_figures,
        "public": public,
        "files": intake.files,
        "problems": intake.problems.astype("str"),
        "sources": intake.sources,
        "repairs": intake.repairs,
        "rules": outcome.rules,
        "completeness": checks.completeness(intake.records),
        "reconciliation": whole,
        "public_reconciliation": say_what_is_hidden(reconcile(public, printed, authority, quarter), whole),
        "published": printed,
        "as_published": as_published(all_figures, _papers(last, "officers"), quarter),
        "public_as_published": as_published(public, _papers(last, "public"), quarter),
    }
    if preparation_key(home, authority, quarter, set_aside=set_aside) != key:
        raise Refused(f"What {authority.slug}'s figures are made of changed while it was read: build it again.")
    aside = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    _keep(aside, frames, intake.records.tables, outcome.named(intake.identifiers), key)
    for older in folder.parent.iterdir():
        if older.is_dir() and older != aside:
            shutil.rmtree(older)
    put(aside, folder)


def _papers(read: Iterable[Edition], audience: str) -> Iterator[tuple[Quarter, pd.DataFrame]]:
    return ((one.quarter, one.figures(audience)) for one in read)


def _keep(
    folder: Path,
    frames: Mapping[str, pd.DataFrame],
    tables: Mapping[str, pd.DataFrame],
    failing: pd.DataFrame,
    key: str,
) -> None:
    records = private_folder(folder / "records")
    kept = {folder / f"{name}.parquet": frame for name, frame in frames.items()}
    kept |= {records / f"{name}.parquet": table for name, table in tables.items()}
    for path, frame in kept.items():
        with private_file(path) as file:
            frame.to_parquet(file, compression="zstd")
    with private_file(folder / FAILING) as file:
        failing.to_csv(file, index=False, encoding="utf-8")
    with private_file(folder / "key.json") as file:
        file.write(json.dumps({"key": key}).encode())


def say_what_is_hidden(public: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """The public copy's reconciliation, where what it cannot check for being hidden is not called unavailable.

    Parameters
    ----------
    public, whole : as `figures.reconcile.reconcile` gives them, of the disclosed figures and of all.
    """
    names = ["measure", "breakdown", "period", "source"]
    checked = whole[whole.result != "cannot be checked"]
    told = pd.MultiIndex.from_frame(public[names]).isin(pd.MultiIndex.from_frame(checked[names]))
    hidden = (public.result == "cannot be checked") & told
    return public.assign(
        note=public.note.mask(hidden, "Hidden in this copy to protect confidentiality."),
        result=public.result.mask(hidden, "hidden"),
    )


def latest_month(records: Records) -> pd.Timestamp | None:
    """The last month end after the quarter that a list running past it has reached; None where none does."""
    if not records.has("workforce"):
        return None
    last = records.workforce.month_end.max()
    return last if last > records.quarter.end else None


def published_figures(path: Path) -> pd.DataFrame:
    """The figures already printed that the quarter's papers are compared with; none where the file is absent."""
    columns = ["measure", "breakdown", "period", "value", "unit", "printed_decimals", "approximate", "source"]
    if not path.is_file():
        return pd.DataFrame({column: pd.Series(dtype="str") for column in columns})
    return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")[columns]
