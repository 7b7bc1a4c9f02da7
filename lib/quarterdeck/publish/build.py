"""Build a quarter: plan, make what has changed, swap it in as a whole."""

from __future__ import annotations

import datetime as dt
import os
import platform
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from quarterdeck.authority import read_authority
from quarterdeck.editions import keep_edition
from quarterdeck.errors import Refused
from quarterdeck.home import Home
from quarterdeck.log import BuildLog, build_log
from quarterdeck.prepared import FAILING, READY, SET_ASIDE, Prepared, preparation_key, prepared, sets_aside
from quarterdeck.private import private_file, private_folder, without_secrets
from quarterdeck.proof.signature import sign, signing_key
from quarterdeck.publish.formats.making import Asked
from quarterdeck.publish.formats.registry import Format
from quarterdeck.publish.manifest import manifest, read_manifest, write_manifest
from quarterdeck.publish.plan import AUDIENCES, Audience, Job, PaperFile, chosen_papers, jobs, papers
from quarterdeck.quality import Quality
from quarterdeck.quarter import Quarter
from quarterdeck.whole import recover, swap

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from quarterdeck.publish.execute import Failure

_rendering = Lock()
"""One exporter renders every paper of a build, one at a time."""

Progress = Callable[[str, int, int], None]
"""Told what has just happened, how many papers are made, and of how many."""


@dataclass(frozen=True)
class Built:
    """What a build did.

    Parameters
    ----------
    folder : the quarter's outputs.
    made : papers made anew ("public/performance_monitoring").
    kept : papers that nothing they depend on has changed for.
    failed : papers and files of other formats that could not be made, and why.
    formats : files of other formats made anew ("public/performance_monitoring.docx").
    """

    folder: Path
    made: tuple[str, ...]
    kept: tuple[str, ...]
    failed: dict[str, str]
    formats: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What a build would do, were it run now.

    Parameters
    ----------
    folder : the quarter's outputs.
    key : the fingerprint of all that the quarter's figures depend on.
    set_aside : bad rows of the returns are set aside and counted.
    jobs : every paper that was asked for, of each audience.
    before : the manifest of what is published; empty where nothing is.
    """

    folder: Path
    key: str
    set_aside: bool
    jobs: tuple[Job, ...]
    before: dict[str, Any]

    @property
    def todo(self) -> list[Job]:
        """The papers that are not made, or that something has changed for."""
        return [job for job in self.jobs if not _is_made(job, self.before, self.folder)]


def plan(
    home: Home,
    authority: str,
    quarter: Quarter,
    chosen: Sequence[PaperFile],
    audiences: Iterable[str] = AUDIENCES,
    *,
    set_aside: bool = False,
) -> Plan:
    """What a build of a quarter would do; nothing is written.

    Raises
    ------
    ProfileError : the authority's profile cannot be used.
    ReturnsError : the authority's database cannot be read.
    """
    profile = read_authority(home.data / authority / "authority.toml")
    set_aside = set_aside or sets_aside(profile)
    key = preparation_key(home, profile, quarter, set_aside=set_aside)
    folder = home.outputs / authority / quarter.slug
    planned = tuple(jobs(home, authority, quarter, key, chosen, audiences))
    return Plan(folder, key, set_aside, planned, read_manifest(folder))


def build(
    authority: str,
    quarter: str,
    *,
    home: Home | None = None,
    names: Sequence[str] = (),
    audiences: Sequence[Audience] = AUDIENCES,
    formats: Sequence[Format] = (),
    set_aside: bool = False,
    force: bool = False,
    workers: int | None = None,
    sign_with: Path | None = None,
    progress: Progress = lambda *_: None,
) -> Built:
    """Make a quarter's papers, or those of them that have changed.

    Parameters
    ----------
    authority, quarter : as the command line takes them.
    names : papers to make; none for all.
    formats : other formats to make of them, besides those that each has had already.
    set_aside : set bad rows of the returns aside and count them, as the profile may also say.
    force : make papers anew although nothing has changed.
    workers : papers made at a time; as many as there are processors, if not said.
    sign_with : the file of the key that signs the manifest; that which `signature.VARIABLE` names, if not said.

    Raises
    ------
    Refused : there is no such authority, quarter or paper, another build of it is running, what it is made of
        changed while it was read, or the key cannot be used.
    ReturnsError : the returns have problems; nothing was made.
    """
    home = home or Home.here()
    when = home.accepted(authority, quarter)
    _matplotlib_keeps_to(_caches(home))
    from quarterdeck.site.update import site_lock, update_site

    chosen = chosen_papers(home, names)
    signing = signing_key(sign_with)
    target = home.outputs / authority / when.slug
    target.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(target.parent / f".{when.slug}.lock")
    try:
        with build_log(home, authority, str(when)) as log, lock.acquire(timeout=0):
            Path(lock.lock_file).write_text(_who(), encoding="utf-8")
            recover(_aside(target), target)
            _keep_in_history(home, authority, when, target)
            planned = plan(home, authority, when, chosen, audiences, set_aside=set_aside)
            set_aside, key, before = planned.set_aside, planned.key, planned.before
            todo = [*planned.jobs] if force else planned.todo
            log.key = key
            for job in (job for job in planned.jobs if job not in todo):
                log.paper(job.name, job.key, "kept")
            asked = Asked(formats, {job.name for job in planned.jobs} | set(audiences), before.get("formats", {}))
            if not todo and not asked.lacking(target):
                if signing:
                    sign(target, signing)
                with site_lock(home, authority):
                    update_site(home, authority)
                log.build("unchanged", kept=len(planned.jobs))
                return Built(target, (), tuple(job.name for job in planned.jobs), {})
            progress("figures", 0, len(todo))
            with _warmed(home, authority, set_aside=set_aside, papers=bool(todo)) as environment:
                ready = prepared(authority, when, home, set_aside=set_aside, key=key)
                everything = jobs(home, authority, when, key, papers(home), AUDIENCES)
                environment |= {READY: str(ready.folder)}
                return _build(
                    home,
                    ready,
                    target,
                    everything,
                    todo,
                    asked,
                    before,
                    environment,
                    set_aside,
                    workers,
                    signing,
                    progress,
                    log,
                )
    except Timeout:
        who = Path(lock.lock_file).read_text(encoding="utf-8")
        raise Refused(f"{authority} {when} is being built by another run{who}; wait for it to end.") from None


def _who() -> str:
    """Who builds, as another run is told that finds the quarter locked."""
    return f" (process {os.getpid()} on {platform.node()}, since {dt.datetime.now():%H:%M on %d %B %Y})"


def kernel_environment(home: Path, caches: Path, *, set_aside: bool) -> dict[str, str]:
    """What every kernel's environment holds, so that the same inputs give the same bytes on every machine."""
    return {
        "QUARTERDECK_HOME": str(home),
        SET_ASIDE: "1" if set_aside else "0",
        "MPLCONFIGDIR": str(caches / "matplotlib"),
        "MPLBACKEND": "agg",
        "IPYTHONDIR": str(caches / "ipython"),
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _caches(home: Home) -> Path:
    """Where what draws and runs notebooks keeps what it finds out of the machine: lists of fonts, and the like."""
    return private_folder(private_folder(home.cache) / ".caches")


def _matplotlib_keeps_to(caches: Path) -> None:
    """Have matplotlib, which this process imports next, write nothing into its user's home: there may be none."""
    os.environ.setdefault("MPLCONFIGDIR", str(caches / "matplotlib"))


@contextmanager
def _warmed(home: Home, authority: str, *, set_aside: bool, papers: bool) -> Iterator[dict[str, str]]:
    """The environment of a build's kernels, and their warm parent, which imports while figures are made.

    The database's URL, with its password, is left empty in it: the figures are made before any paper.
    """
    from quarterdeck.publish.warm.control import SUPPORTED, close_parents, warm_parent

    environment = kernel_environment(home.folder, _caches(home), set_aside=set_aside)
    if database := read_authority(home.data / authority / "authority.toml").ssd:
        environment[database.url_variable] = ""
    if SUPPORTED and papers:
        warm_parent(without_secrets(os.environ) | environment)
    try:
        yield environment
    finally:
        close_parents()


def _is_made(job: Job, before: dict[str, Any], target: Path) -> bool:
    made = before.get("papers", {}).get(job.name) == job.key and job.name not in before.get("failed", {})
    return made and (target / f"{job.name}.html").is_file()


def _build(
    home: Home,
    ready: Prepared,
    target: Path,
    everything: list[Job],
    todo: list[Job],
    asked: Asked,
    before: dict[str, Any],
    environment: dict[str, str],
    set_aside: bool,
    workers: int | None,
    signing: Ed25519PrivateKey | None,
    progress: Progress,
    log: BuildLog,
) -> Built:
    """Make the papers aside, with those kept from before and the front pages, and swap them in."""
    from quarterdeck.publish.front import write_figures, write_front
    from quarterdeck.site.update import site_lock, update_site

    aside = _aside(target)
    making = {job.name for job in todo}
    for job in everything:
        (aside / job.audience).mkdir(parents=True, exist_ok=True)
        if job.name not in making:
            _copy(target, aside, job)
    failures: list[Failure] = []
    with ThreadPoolExecutor(max_workers=workers or os.cpu_count() or 1) as pool:
        running = {pool.submit(_logged, job, aside, environment, log): job for job in todo}
        for done, future in enumerate(as_completed(running), start=1):
            failure = future.result()
            if failure:
                failures.append(failure)
                _copy(target, aside, failure.job)
            progress(f"{running[future].name}{': ' + failure.reason if failure else ''}", done, len(todo))
    failed = {failure.job.name: failure.reason for failure in sorted(failures, key=lambda one: one.job.name)}
    kept = {name: key for name, key in before.get("papers", {}).items() if (aside / f"{name}.html").is_file()}
    made = {job.name: job.key for job in todo if job.name not in failed}
    papers_here = papers(home)
    write_figures(aside, ready)
    formats = asked.make(aside, target, workers, progress)
    failed |= formats.failed
    write_front(aside, ready, papers_here, failed)
    Quality.of(ready.quarter, ready.rules, ready.completeness).write(aside)
    about = manifest(home, ready, papers_here, kept | made, formats.keys, failed, aside, set_aside=set_aside)
    write_manifest(aside, about)
    if signing:
        sign(aside, signing)
    _keep_for_owner(ready.failing_records, target.with_name(f"{target.name}-{FAILING}"))
    with site_lock(home, ready.authority.slug):
        swap(aside, target)
        _keep_in_history(home, ready.authority.slug, ready.quarter, target)
        update_site(home, ready.authority.slug)
    built = Built(target, tuple(made), tuple(name for name in kept if name not in making), failed, formats.made)
    log.build("failed" if failed else "made", made=len(made), kept=len(built.kept), failed=len(failed))
    return built


def _logged(job: Job, aside: Path, environment: dict[str, str], log: BuildLog) -> Failure | None:
    """One paper, and its line in the log."""
    begun, peaks = time.monotonic(), []
    failure = _make(job, aside, environment, peaks.append)
    outcome, kind = ("failed", failure.kind) if failure else ("made", "")
    peak = peaks[0] if peaks else None
    log.paper(job.name, job.key, outcome, kind=kind, seconds=time.monotonic() - begun, peak=peak)
    return failure


def _make(
    job: Job, aside: Path, environment: dict[str, str], told_peak: Callable[[int | None], None]
) -> Failure | None:
    """One paper: run its notebook, render it."""
    from quarterdeck.paper.anatomy import PaperError
    from quarterdeck.paper.commentary import CommentaryError
    from quarterdeck.publish.execute import Failure, execute, keep_failed
    from quarterdeck.publish.failed import source_of, without_values
    from quarterdeck.publish.render import render

    kept = aside / "notebooks" / f"{job.name}.ipynb"
    executed = execute(job, kept, environment, told_peak)
    if isinstance(executed, Failure):
        return executed
    try:
        with _rendering:
            html = render(executed)
    except (PaperError, CommentaryError) as error:
        said = without_values(str(error), source_of(executed), ours=True)
        keep_failed(executed, job, kept)
        return Failure(job, said, type(error).__name__)
    (aside / f"{job.name}.html").write_text(html, encoding="utf-8")
    return None


def _aside(target: Path) -> Path:
    """Where a build is made, before it takes its place."""
    return target.with_name(f".{target.name}.part")


def _copy(target: Path, aside: Path, job: Job) -> None:
    """A paper and its notebook, as they were last published, into the new build."""
    page, notebook = f"{job.name}.html", f"notebooks/{job.name}.ipynb"
    for name in (page, notebook):
        if (target / name).is_file() and not (aside / name).is_file():
            (aside / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(target / name, aside / name)


def _keep_in_history(home: Home, authority: str, quarter: Quarter, target: Path) -> None:
    """What is published, as an edition of the quarter, where it is not in its history yet."""
    if made_of := read_manifest(target).get("figures"):
        keep_edition(home, authority, quarter, made_of)


def _keep_for_owner(listed: Path, kept: Path) -> None:
    """The list of failing records, beside the quarter's folder and in no paper: readable by its owner alone."""
    aside = kept.with_name(f".{kept.name}")
    with private_file(aside) as file:
        file.write(listed.read_bytes())
        file.flush()
        os.fsync(file.fileno())
    aside.replace(kept)
