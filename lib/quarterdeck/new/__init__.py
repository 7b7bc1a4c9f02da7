"""A new authority: the folder that its returns are dropped into, with a profile that can be built from."""

from __future__ import annotations

import datetime as dt
import json
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from string import Template
from textwrap import dedent

import pandas as pd

from quarterdeck.authority import Authority, read_authority
from quarterdeck.errors import Refused
from quarterdeck.figures.comparators import neighbours
from quarterdeck.figures.population import population_at
from quarterdeck.home import Home
from quarterdeck.improvement import FOLDER
from quarterdeck.improvement.rows import FILES
from quarterdeck.quarter import Quarter
from quarterdeck.reference.areas import Area, authorities, find
from quarterdeck.returns.formats import FORMATS
from quarterdeck.returns.ssda903 import ONCE_A_YEAR

PRIVATE = 0o700
NEEDED = {
    "panel": "the scrutiny panel that reads the papers, such as Children and Families Scrutiny Panel",
    "report_of": "whose report a paper is, such as Director of Children’s Services",
    "first_quarter": "the quarter that figures begin with, such as 2024-25 Q1",
}
"""What no code tells, and a profile cannot do without."""
_FOLDER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

Check = Callable[[str], str]
Ask = Callable[[str, Check], str]
"""Asks a person a question until the answer passes a check, and gives what the check made of it."""


@dataclass(frozen=True)
class Made:
    """What was made.

    Parameters
    ----------
    folder : the authority's.
    authority : its profile, as it reads back.
    area : what its code says of it.
    quarter : the first quarter that papers can be made of.
    """

    folder: Path
    authority: Authority
    area: Area
    quarter: Quarter


def new(
    home: Home, authority: str, answers: Mapping[str, str], *, ask: Ask | None = None, today: dt.date | None = None
) -> Made:
    """Make the folder of an authority that has none yet.

    Parameters
    ----------
    home : in whose `data/` it is made.
    authority : its ONS code, DfE code or name.
    answers : panel, report_of and first_quarter; and name, short_name and folder, where they are not to be the area's.
    ask : how to ask for what is needed and not answered; None where nobody can be asked.
    today : the day it is.

    Raises
    ------
    Refused : with all that is wrong or missing; nothing is made then.
    """
    told = {name: text for name, text in answers.items() if text.strip()}
    wrong = []
    try:
        area = find(authority)
    except Refused as refused:
        area, wrong = None, [str(refused)]
    for name, text in told.items():
        try:
            told[name] = _checked(name, text)
        except ValueError as error:
            wrong.append(f"{_option(name)}: {error}")
    slug = told.get("folder") or (_slug(area.short_name) if area else "")
    if slug and (home.data / slug).exists():
        wrong.append(f"{home.data.name}/{slug} is there already and stays as it is: give another name by --folder.")
    missing = [name for name in NEEDED if name not in told]
    if ask is None:
        wrong += [f"{_option(name)} is missing: {NEEDED[name]}." for name in missing]
    if wrong or area is None:
        raise Refused("\n".join(["nothing was made. Mend these, or give them:", *wrong]))
    if ask is not None:
        told |= {name: ask(_sentence(NEEDED[name]), partial(_checked, name)) for name in missing}
    return _made(home, slug, area, told, today or dt.date.today())


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _slug(name: str) -> str:
    """The name of a folder for an area.

    Examples
    --------
    >>> _slug("St. Somewhere-on-Sea, Here and There")
    'st-somewhere-on-sea-here-and-there'
    """
    return "-".join(re.findall(r"[a-z0-9]+", name.casefold()))


def _checked(name: str, text: str) -> str:
    """An answer, as it is written into the profile.

    Raises
    ------
    ValueError : it cannot be; the message says what can.
    """
    line = " ".join(text.split())
    if not line:
        raise ValueError("write some words.")
    if not line.isprintable():
        raise ValueError("it holds characters that cannot be printed: write it as plain text.")
    if name == "first_quarter":
        return str(Quarter.parse(line))
    if name == "folder" and not _FOLDER.fullmatch(line):
        raise ValueError(f"{line!r} is not a folder's name: write small letters and digits, with - between words.")
    return line


def _made(home: Home, slug: str, area: Area, told: Mapping[str, str], today: dt.date) -> Made:
    """Write all of it aside, read the profile back, and put the folder in its place as a whole."""
    first = Quarter.parse(told["first_quarter"])
    quarter = max(first, Quarter.of(pd.Timestamp(today)).minus(1))
    place = home.data / slug
    try:
        home.data.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home.data, prefix=".new-") as aside:
            folder = Path(aside) / slug
            (folder / FOLDER).mkdir(mode=PRIVATE, parents=True)
            folder.chmod(PRIVATE)
            (folder / "authority.toml").write_text(profile(area, told), encoding="utf-8")
            (folder / "README.md").write_text(where_returns_go(slug, told, quarter), encoding="utf-8")
            for name, row in FILES.items():
                (folder / FOLDER / f"{name}.csv").write_text(",".join(row.model_fields) + "\n", encoding="utf-8")
            written = read_authority(folder / "authority.toml")
            folder.rename(place)
    except OSError as error:
        raise Refused(f"{home.data.name}/{slug} cannot be made ({error.strerror}). Nothing was.") from None
    return Made(place, written, area, quarter)


def profile(area: Area, told: Mapping[str, str]) -> str:
    """The text of a profile: what is needed filled in, all else explained and left as examples."""
    first = Quarter.parse(told["first_quarter"])
    values = {
        "name": told.get("name", area.name),
        "short_name": told.get("short_name", area.short_name),
        "area_code": area.code,
        "la_code": area.la_code,
        **{name: told[name] for name in NEEDED},
    }
    # Words on one line, in JSON's quotation marks, are TOML's basic strings.
    quoted = {name: json.dumps(value, ensure_ascii=False) for name, value in values.items()}
    meeting = (first.end + pd.DateOffset(months=2)).date().isoformat()
    return _template("authority.toml").substitute(quoted, title=area.name, region=area.region, meeting=meeting)


def where_returns_go(slug: str, told: Mapping[str, str], quarter: Quarter) -> str:
    """The note beside a profile: which returns go into which quarter's folder.

    Parameters
    ----------
    quarter : the latest that papers can be made of.
    """
    first = Quarter.parse(told["first_quarter"])
    years = [Quarter(year, 4) for year in range(first.year - 1, quarter.year + 1)]
    cuts = [*(year for year in years if year < quarter), quarter]
    folders = "\n".join(f"| `{cut.slug}/` | {_day(cut.year_start)} to {_day(cut.end)} |" for cut in cuts)
    returns = "\n".join(
        f"| {_sentence(kind.title)} | `{kind.place}` | {'the year so far' if kind.yearly else 'all up to its day'} | "
        f"{', '.join(layout.name for layout in kind.layouts)} |"
        for kind in FORMATS.values()
    )
    return _template("README.md").substitute(
        latest=quarter.slug,
        folders=folders,
        returns=returns,
        yearly=", ".join(ONCE_A_YEAR),
        improvement=FOLDER,
        slug=slug,
        quarter=quarter,
    )


def _day(date: pd.Timestamp) -> str:
    return f"{date.day} {date:%B %Y}"


def _template(name: str) -> Template:
    return Template(files("quarterdeck.new").joinpath(name).read_text(encoding="utf-8"))


def as_text(made: Made, home: Home, today: dt.date | None = None) -> str:
    """What was made, what the code says of the area, and what to do next."""
    day = pd.Timestamp(today or dt.date.today())
    model, near = neighbours(made.area.code, day)
    names = {area.code: area.short_name for area in authorities()}
    children = population_at(made.area.code, pd.Series([day])).iloc[0]
    folder, quarter = home.relative(made.folder), made.quarter
    return dedent(f"""\
        Made {folder}/: authority.toml, README.md, {FOLDER}/.

        {made.area.name}: ONS code {made.area.code}, DfE code {made.area.la_code}
        Region: {made.area.region}
        Neighbours by the model of {model}: {", ".join(names.get(code, code) for code in near) or "none"}
        Children 0 to 17 in mid-{children.mid_year}: {children.population:,.0f}

        Next: look through {folder}/authority.toml, and put the returns of {quarter} into {folder}/{quarter.slug}/.
        {folder}/README.md says which. Then: quarterdeck build {made.authority.slug} "{quarter}"
        """).rstrip()
