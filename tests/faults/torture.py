"""Kill and otherwise harm builds: what is published is whole, the old or the new, and the next run succeeds.

`python -m tests.faults.torture 500` kills 500 builds; a second number is the seed of the chances.
"""

# ruff: noqa: T201
from __future__ import annotations

import ctypes
import os
import random
import resource
import shutil
import signal
import struct
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import nbformat

from quarterdeck import checks  # noqa: F401  imported before builds are forked, as what stands below is: they start warm
from quarterdeck.editions import editions
from quarterdeck.figures import disclosure, frame, history, reconcile  # noqa: F401
from quarterdeck.home import Home
from quarterdeck.measures import registry
from quarterdeck.publish import build as building
from quarterdeck.publish import execute, front, render  # noqa: F401
from quarterdeck.publish.manifest import damaged
from quarterdeck.publish.plan import Job
from quarterdeck.quarter import Quarter
from tests.conftest import ROOT
from tests.faults.test_build import PROFILE, QUARTER, notebook
from tests.small_county import LOOKED_AFTER, SmallCounty

WHEN = Quarter.parse(QUARTER)
PUBLISHED = f"outputs/nowhere/{WHEN.slug}"
KEEP = {"history", f".{WHEN.slug}.lock", ".site.lock", f"{WHEN.slug}-failing_records.csv"}
FEW = {"cla_rate": registry.catalogue()["cla_rate"]}
"""What is worked out: the writing of files is what is tortured, and few figures make it the most of a build."""
WITH_KERNELS = 10
"""One build in so many runs its notebooks; the others are given them as they ran: kernels write nothing that lasts."""
OFTEN = (8, 1, 1)
"""How often a build is killed that has a paper to make anew; figures too; and all, for nothing was built before."""
Bytes = dict[str, bytes]


@dataclass(frozen=True)
class Case:
    """A build that is to be killed.

    Parameters
    ----------
    begins : the home that it begins from.
    was : every file that is published there, by its name.
    new : every file that is published once it has ended well.
    site : every file of the site then.
    failing : what its owner's list of the records that break a rule then holds.
    seconds : how long it takes.
    editions : those there are in the end.
    """

    begins: Home
    was: Bytes
    new: Bytes
    site: Bytes
    failing: bytes
    seconds: float
    editions: int


def put_home(folder: Path) -> Home:
    """The county of two children, with one paper for each audience."""
    county = SmallCounty(folder, ("cin_census.xml", *LOOKED_AFTER))
    (county.home / "authority.toml").write_text(PROFILE, encoding="utf-8")
    (folder / "data" / "reference").symlink_to(ROOT / "data" / "reference")
    (folder / "notebooks").mkdir()
    nbformat.write(notebook("one"), folder / "notebooks" / "one.ipynb")
    return Home(folder)


def change_returns(home: Home) -> None:
    """Let one child come into care two weeks before: other figures, an edition more, and every paper made anew."""
    episodes = home.data / "nowhere" / WHEN.slug / "ssda903" / "episodes.csv"
    text = episodes.read_text(encoding="utf-8")
    assert "04/12/2017" in text
    episodes.write_text(text.replace("04/12/2017", "20/11/2017"), encoding="utf-8")


def change_notebook(home: Home) -> None:
    """Let the paper have another heading: the figures stay, and it is made anew of them."""
    changed = notebook("one")
    changed.cells[-2].source = "## Children whom the county looks after"
    nbformat.write(changed, home.notebooks / "one.ipynb")


def start(home: Home, ran: Bytes | None = None, first: Callable[[], object] = lambda: None) -> int:
    """A build in a process of its own, which ends with status 0 where all is made.

    Parameters
    ----------
    ran : the notebooks as they ran, where none is to be run.
    first : what the process does before it builds.
    """
    if child := os.fork():
        return child
    status = 1
    try:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        registry.catalogue = lambda: FEW
        if ran:
            building._warmed = lambda *_, **__: nullcontext({})
            execute.execute = lambda job, output, *_: _as_it_ran(ran, job, output)
        first()
        status = 1 if building.build("nowhere", QUARTER, home=home).failed else 0
    finally:
        os._exit(status)


def _as_it_ran(ran: Bytes, job: Job, output: Path) -> nbformat.NotebookNode:
    executed = nbformat.reads(ran[f"notebooks/{job.name}.ipynb"].decode(), as_version=4)
    execute._keep(executed, output)
    return executed


def ended(child: int) -> int:
    """How a build ended: its status, or the signal that killed it, negative."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def published(home: Home) -> Bytes:
    """Every file of the published quarter; none where nothing is published."""
    folder = home.folder / PUBLISHED
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def failing(home: Home) -> bytes:
    """The list of the records that break a rule."""
    return (home.outputs / "nowhere" / f"{WHEN.slug}-failing_records.csv").read_bytes()


def site(home: Home) -> Bytes:
    """Every file that stands in the outputs beside the quarter, but those that its owner keeps."""
    folder = home.outputs / "nowhere"
    not_site = {folder / WHEN.slug, *(folder / name for name in KEEP)}
    files = [
        *home.outputs.glob("*.html"),
        *(path for path in folder.rglob("*") if not not_site & {path, *path.parents}),
    ]
    return {path.relative_to(home.outputs).as_posix(): path.read_bytes() for path in files if path.is_file()}


def left_behind(home: Home) -> list[str]:
    """What a run that ended well should have cleared away."""
    beside = [path for path in (home.outputs / "nowhere").iterdir() if path.name.startswith(".")]
    kept = [path for path in (home.cache / "nowhere" / WHEN.slug).iterdir() if path.name.endswith(".part")]
    aside = [path for path in home.outputs.rglob("*.part") if path not in beside]
    return [f"{path.name} was left" for path in (*beside, *kept, *aside) if path.name not in KEEP]


def case(begins: Home, folder: Path) -> Case:
    """What a build makes when nothing happens to it, and how long it takes."""
    home = Home(shutil.copytree(begins.folder, folder, symlinks=True))
    assert ended(start(home)) == 0
    assert not left_behind(home), left_behind(home)
    new, beside = published(home), site(home)
    shutil.rmtree(folder)
    home = Home(shutil.copytree(begins.folder, folder, symlinks=True))
    begun = time.monotonic()
    assert ended(start(home, new)) == 0
    assert published(home) == new
    seconds, number = time.monotonic() - begun, len(editions(home, "nowhere", WHEN))
    return Case(begins, published(begins), new, beside, failing(home), seconds, number)


def kill(case: Case, home: Home, chance: random.Random) -> bool:
    """Kill a build, at any instant of it or, every other time, while it takes its place; False where it had ended."""
    kernels = chance.random() * WITH_KERNELS < 1
    child = start(home, None if kernels else case.new)
    if chance.random() < 0.5:
        time.sleep(chance.uniform(0, case.seconds * (3 if kernels else 1)))
    else:
        _until((home.folder / PUBLISHED).with_name(f".{WHEN.slug}.part") / "manifest.json", child)
        time.sleep(chance.uniform(0, 0.15))
    os.kill(child, signal.SIGKILL)
    return ended(child) == -signal.SIGKILL


def _until(path: Path, child: int) -> None:
    """Wait for a file, or for the end of who writes it."""
    while not path.exists() and not os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
        time.sleep(0.0005)


def fill_disk(case: Case, home: Home, chance: random.Random) -> bool:
    """Let no file grow past a size: a write fails half-way, as on a full disk."""
    most = int(10 ** chance.uniform(0, 6))
    ended(start(home, case.new, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))))
    return True


def forbid_writing(case: Case, home: Home, chance: random.Random) -> bool:
    """Build by an account that may write into no folder of what is published, or into one of them."""
    home.outputs.mkdir(exist_ok=True)
    folders = [home.outputs, *(path for path in home.outputs.rglob("*") if path.is_dir())]
    modes = {folder: folder.stat().st_mode for folder in chance.choice([folders, [chance.choice(folders)]])}
    for folder in modes:
        folder.chmod(0o555)
    ended(start(home, case.new, _without_capabilities))
    for folder, mode in modes.items():
        if folder.is_dir():
            folder.chmod(mode)
    return True


def _without_capabilities() -> None:
    """Have the rights of files bind the administrator too."""
    ctypes.CDLL(None).capset(struct.pack("Ii", 0x20080522, 0), bytes(24))


def put_clock_back(case: Case, home: Home, chance: random.Random) -> bool:
    """Let every file be of a time that is yet to come."""
    later = time.time() + chance.uniform(1, 10 * 365 * 86400)
    for path in home.folder.rglob("*"):
        os.utime(path, (later, later), follow_symlinks=False)
    return True


def build_twice(case: Case, home: Home, chance: random.Random) -> bool:
    """Build twice at once."""
    first = start(home, case.new)
    time.sleep(chance.uniform(0, case.seconds))
    return 0 in [ended(child) for child in (first, start(home, case.new))]


HARMS: dict[str, Callable[[Case, Home, random.Random], bool]] = {
    "kill": kill,
    "full disk": fill_disk,
    "read-only folders": forbid_writing,
    "clock put back": put_clock_back,
    "two builds at once": build_twice,
}
"""What is done to a build; each says whether it came in time to do harm."""


def wrong_after(case: Case, home: Home) -> tuple[str, list[str]]:
    """What is published after a kill, the old or the new; and what is wrong with it, and with the run after."""
    found = published(home)
    state = "old" if found == case.was else "new" if found == case.new else "neither"
    wrong = damaged(home.folder / PUBLISHED) if found else []
    if state == "neither":
        wrong.append("what is published is neither the old nor the new")
    if ended(start(home, case.new)):
        wrong.append("the next run failed")
    if published(home) != case.new:
        wrong.append("the next run made something else")
    if site(home) != case.site:
        wrong.append("the site is not that of the papers")
    if failing(home) != case.failing:
        wrong.append("the list of failing records is not that of the papers")
    kept = editions(home, "nowhere", WHEN)
    if [one.number for one in kept] != [*range(1, case.editions + 1)]:
        wrong.append(f"the history has {len(kept)} editions, not {case.editions}")
    if any(one.figures(audience).empty for one in kept for audience in ("public", "officers")):
        wrong.append("an edition is spoilt")
    return state, [*wrong, *left_behind(home)]


def cases_in(folder: Path) -> list[Case]:
    """A build of one changed paper; one of changed returns; and one of all, for nothing was built before."""
    begins = [put_home(folder / name) for name in ("paper", "returns", "first")]
    assert [ended(start(home)) for home in begins[:2]] == [0, 0]
    change_notebook(begins[0])
    change_returns(begins[1])
    return [case(home, folder / "made" / home.folder.name) for home in begins]


def torture(points: int, seed: int, folder: Path) -> tuple[Counter[str], list[str]]:
    """Kill builds, and then harm as many of each other kind as a twentieth of them.

    Returns
    -------
    How often each kind of harm left the old or the new, and what went wrong.
    """
    chance = random.Random(seed)
    cases = cases_in(folder)
    counted: Counter[str] = Counter()
    wrong: list[str] = []
    wanted = dict.fromkeys(HARMS, max(points // 20, 2)) | {"kill": points}
    for name, number in wanted.items():
        done = 0
        while done < number:
            (tried,) = chance.choices(cases, OFTEN)
            home = Home(shutil.copytree(tried.begins.folder, folder / "now", symlinks=True))
            if HARMS[name](tried, home, chance):
                done += 1
                state, told = wrong_after(tried, home)
                counted[f"{name}, {state}"] += 1
                wrong += told
                for text in told:
                    print(f"{name} {done}, {tried.begins.folder.name}, {state}: {text}", flush=True)
                if done % 10 == 0 or done == number:
                    print(f"{name}: {done} of {number}, wrong: {len(wrong)}", flush=True)
            shutil.rmtree(home.folder)
    return counted, wrong


def main() -> None:
    """What `make torture` runs."""
    points, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(10**6)
    print(f"{points} kills, seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        counted, wrong = torture(points, seed, Path(folder))
    print("\n".join(f"{name}: {number}" for name, number in sorted(counted.items())))
    print(f"{counted.total()} builds were harmed, {len(wrong)} things went wrong.")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
