"""The command line: what a scheduler, an analyst and a newcomer type."""

from __future__ import annotations

import datetime as dt
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quarterdeck.errors import Refused
from quarterdeck.making import app as making
from quarterdeck.operations import app as operations
from quarterdeck.private import no_core_dump, private_folder
from quarterdeck.proof.commands import app as proof
from quarterdeck.schedule.commands import Today
from quarterdeck.schedule.commands import app as schedule
from quarterdeck.telling import EXIT_PAPER_FAILED, EXIT_RETURNS, GoingOn, progress, report

if TYPE_CHECKING:
    from collections.abc import Callable

    from quarterdeck.checks import Outcome
    from quarterdeck.publish.build import Built

app = typer.Typer(
    name="quarterdeck",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="""
    Turn an authority's children's-services returns, each quarter, into its scrutiny panel's briefing papers.

    Put a quarter's returns into `data/AUTHORITY/QUARTER/` (`cin_census.xml`, `ssda903/`, `local/`), beside the
    profile `data/AUTHORITY/authority.toml`, and build:

    `quarterdeck build AUTHORITY "2017-18 Q3"`

    `quarterdeck new AUTHORITY` makes the folder and the profile of an authority that has none.
    `quarterdeck due` says what is due, `quarterdeck build --due` makes it, and `quarterdeck schedule` has that done
    each weekday.

    Exit status: 0 all is made (or nothing had changed); 1 a paper could not be made, the others are; 2 what was
    asked for cannot be; 3 the returns have problems, nothing was made and what was published is untouched; 4 a fault in
    the program.
    """,
)

AuthorityArgument = Annotated[str, typer.Argument(help="its folder in data/, as `quarterdeck list` names it")]
QuarterArgument = Annotated[str, typer.Argument(help='a quarter of the financial year: "2017-18 Q3"')]
SetAside = Annotated[
    bool, typer.Option("--set-aside", help="set bad rows aside and count them, where otherwise nothing is made")
]


@app.command()
def build(
    authority: AuthorityArgument = "",
    quarter: QuarterArgument = "",
    paper: Annotated[list[str] | None, typer.Option("--paper", help="only this paper; may be given again")] = None,
    formats: Annotated[
        str,
        typer.Option(metavar="LIST", help="docx, pdf, large-print, pack, text, data, with commas; html always"),
    ] = "html",
    set_aside: SetAside = False,
    force: Annotated[bool, typer.Option("--force", help="make papers anew although nothing has changed")] = False,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="papers made at a time")] = None,
    sign_with: Annotated[Path | None, typer.Option(metavar="FILE", help="sign the manifest with this key")] = None,
    due: Annotated[bool, typer.Option("--due", help="every quarter that `quarterdeck due` says is due")] = False,
    today: Today = None,
    log: Annotated[
        Path | None, typer.Option(help="with --due: add all that is said to this file, kept private")
    ] = None,
    notify: Annotated[bool, typer.Option("--notify", help="tell those whom the profile names, as --due does")] = False,
) -> None:
    """Make a quarter's papers, public and officers' copies: only those that something has changed for.

    With --formats, each in other formats too: Word, PDF, large print, plain text for a voice or an embosser; all of
    them as one agenda pack; and the figures as a workbook. A paper is made anew in every format that it has had,
    whether it is asked for again or not.

    With --due, those of every quarter that is due: one that fails stops no other, and the exit status is the worst of
    them. Where nothing is due, nothing is done or said, and it is 0.
    """
    from quarterdeck.publish.formats import chosen_formats

    chosen = chosen_formats(formats)

    def make(authority: str, quarter: str) -> Built:
        from quarterdeck.publish.build import build as make

        with progress() as told:
            built = make(
                authority, quarter, names=paper or (), formats=chosen, set_aside=set_aside, force=force,
                workers=workers, sign_with=sign_with, progress=told,
            )  # fmt: skip
        report(built)
        return built

    if due and (authority or quarter or paper or force):
        raise Refused("--due finds for itself what to build: leave out authority, quarter, --paper and --force.")
    if not due and (today or log):
        raise Refused("--today and --log are for --due: leave them out, or build what is due.")
    if not due and not (authority and quarter):
        raise Refused('name an authority and a quarter ("2017-18 Q3"), or build what is due with --due.')
    if due:
        _build_due(make, today, log)
    elif notify:
        _build_and_tell(make, authority, quarter)
    elif make(authority, quarter).failed:
        raise typer.Exit(EXIT_PAPER_FAILED)


def _build_due(make: Callable[[str, str], Built], today: dt.datetime | None, log: Path | None) -> None:
    from quarterdeck.home import Home
    from quarterdeck.unattended import build_due, said_into

    going = GoingOn()
    with said_into(log) if log else nullcontext():
        build_due(Home.here(), (today or dt.datetime.now()).date(), make, going)
    if going.worst and log:
        typer.echo(f"quarterdeck: not everything that is due was made (exit status {going.worst}): see {log}", err=True)
    raise typer.Exit(going.worst)


def _build_and_tell(make: Callable[[str, str], Built], authority: str, quarter: str) -> None:
    from quarterdeck.authority import read_authority
    from quarterdeck.home import Home
    from quarterdeck.unattended import build_and_keep_word, send_word

    home, going = Home.here(), GoingOn()
    when = home.accepted(authority, quarter)
    if not read_authority(home.data / authority / "authority.toml").notify:
        raise Refused(f"the profile of {authority} names nobody to tell: write [notify] in it, or leave --notify out.")
    build_and_keep_word(home, authority, when, dt.datetime.now().date(), make, going)
    send_word(home, authority)
    raise typer.Exit(going.worst)


@app.command("list")
def list_(
    what: Annotated[str, typer.Argument(help="quarters, papers or measures")] = "quarters",
) -> None:
    """List the authorities and their quarters, the papers, or the measures with their definitions."""
    from quarterdeck.home import Home
    from quarterdeck.publish.plan import papers

    home = Home.here()
    match what:
        case "quarters":
            for authority in home.authorities():
                quarters = ", ".join(map(str, home.quarters(authority))) or "no returns yet"
                typer.echo(f"{authority}: {quarters}")
        case "papers":
            for found in papers(home):
                typer.echo(f"{found.name}: {found.title}. {found.summary}")
        case "measures":
            from quarterdeck.measures.registry import catalogue

            for measure in catalogue().values():
                typer.echo(f"{measure.id} ({measure.unit}, {measure.kind}): {measure.definition}")
        case _:
            raise Refused(f"cannot list {what!r}. There is: quarters, papers, measures.")


@app.command()
def check(
    authority: AuthorityArgument,
    quarter: QuarterArgument,
    set_aside: SetAside = False,
    failing: Annotated[
        Path | None, typer.Option("--failing", help="write the records that break a rule here, for your eyes only")
    ] = None,
) -> None:
    """Read a quarter's returns and say what came in, row by row accounted for, and which rules the records break.

    A broken rule keeps no paper from being made; returns that cannot be read do. What breaks a rule names children, so
    it is never printed: `--failing FILE` writes it to a file that only you can read.
    """
    from quarterdeck import checks
    from quarterdeck.authority import read_authority
    from quarterdeck.home import Home
    from quarterdeck.returns import read_quarter

    home = Home.here()
    when = home.accepted(authority, quarter)
    if failing and failing.exists():
        raise Refused(f"{failing} is there already: name another file, or take that one away first.")
    if failing and not failing.parent.is_dir():
        raise Refused(f"there is no folder {failing.parent}: make it, or name a file in one that there is.")
    profile = read_authority(home.data / authority / "authority.toml")
    intake = read_quarter(home.data, profile, when, set_aside=set_aside or profile.bad_rows == "set aside")
    columns = ["file", "format", "rows_in", "rows_used", "rows_set_aside"]
    typer.echo(intake.files[columns].to_string(index=False))
    typer.echo(f"\n{len(intake.problems)} problems in rows." if len(intake.problems) else "\nNo problems.")
    outcome = checks.run(intake.records)
    _found(outcome)
    kept = home.outputs / authority / f"{when.slug}-failing_records.csv"
    if failing:
        checks.write_failing(outcome.named(intake.identifiers), failing)
        typer.echo(f"The records that break a rule are listed in {failing}, which only you can read.")
    elif kept.is_file():
        typer.echo(f"The last build's list of the records that break a rule: {home.relative(kept)}")
    else:
        typer.echo("To list the records that break a rule: --failing FILE. A build lists them beside its papers.")


def _found(outcome: Outcome) -> None:
    """What the rules found, in counts: errors, queries, those not run and why."""
    for severity, name in (("error", "errors"), ("query", "queries")):
        broken = outcome.rules[(outcome.rules.severity == severity) & (outcome.rules.state == "failed")]
        typer.echo(f"\nRules broken, {name}: {len(broken)}")
        for rule in broken.itertuples():
            rows = f"{rule.failing:,} of {rule.checked:,} rows" if rule.failing else str(rule.reason)
            typer.echo(f"  {rule.code}  {rows}: {rule.message}")
    not_run = outcome.rules[outcome.rules.state == "not run"]
    typer.echo(f"\nRules not run: {len(not_run)}")
    for reason, rules in not_run.groupby("reason"):
        typer.echo(f"  {reason}: {', '.join(rules.code)}")
    typer.echo(f"\nRules kept: {int((outcome.rules.state == 'passed').sum())}")


@app.command()
def inspect(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="files of any kind, wherever they are")],
    authority: Annotated[str, typer.Option(help="whose own headings to know: its folder in data/")] = "",
    quarter: Annotated[str, typer.Option(help="judge codes and dates by this quarter, not by every year's")] = "",
) -> None:
    """Say what a file is, how each of its columns was understood, and what it would feed; no value of a row is shown.

    Exit status 3 where a file is nothing that is known.
    """
    from quarterdeck.authority import read_authority
    from quarterdeck.home import Home
    from quarterdeck.quarter import Quarter
    from quarterdeck.returns.inspect import ANYBODY
    from quarterdeck.returns.inspect import inspect as look
    from quarterdeck.returns.inspected import as_text, show

    home = Home.here()
    if authority and authority not in home.authorities():
        raise Refused(f"no authority {authority!r} in data/. There is: {', '.join(home.authorities()) or 'none yet'}.")
    profile = read_authority(home.data / authority / "authority.toml") if authority else ANYBODY
    try:
        when = Quarter.parse(quarter) if quarter else None
    except ValueError as error:
        raise Refused(f"{error}.") from None
    feeds = _feeds()
    found = [look(file, profile, when) for file in files]
    for number, file in enumerate(found):
        if sys.stdout.isatty():
            from rich.console import Console

            show(file, feeds, Console())
        else:
            typer.echo(("\n" if number else "") + as_text(file, feeds))
    if not all(file.known for file in found):
        raise typer.Exit(EXIT_RETURNS)


@app.command()
def template(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="where to write it; made where it is not there")],
    force: Annotated[bool, typer.Option("--force", help="write over the one that is there")] = False,
) -> None:
    """Write an empty workbook of the local lists: a sheet each, with notes, drop-down lists and examples."""
    from quarterdeck.returns.template import write

    typer.echo(f"Wrote {write(folder, _feeds(), force=force)}.")


@app.command()
def demo(
    if_absent: Annotated[bool, typer.Option("--if-absent", help="only where they are not there yet")] = False,
    quarter: Annotated[list[str] | None, typer.Option("--quarter", help="only these quarters")] = None,
    authority: Annotated[str, typer.Option(help="which of them; the first, where it is not said")] = "",
) -> None:
    """Write a demonstration authority's returns: all of it synthetic, 2014-15 to 2018-19, cut each quarter."""
    from quarterdeck.demo import AUTHORITIES
    from quarterdeck.home import Home, library_fingerprint
    from quarterdeck.quarter import Quarter

    authority = authority or AUTHORITIES[0]
    if authority not in AUTHORITIES:
        raise Refused(f"no demonstration authority {authority!r}. There is: {', '.join(AUTHORITIES)}.")
    home = Home.here()
    folder = home.data / authority
    stamp = home.cache / f"demo-{authority}"
    made_by = library_fingerprint("demo")
    if if_absent and stamp.is_file() and stamp.read_text(encoding="utf-8") == made_by and home.quarters(folder.name):
        return
    from quarterdeck import demo as county

    typer.echo(f"Writing the returns of {authority} (once) ...")
    written = county.write(folder, authority, [Quarter.parse(text) for text in quarter] if quarter else None)
    private_folder(stamp.parent)
    stamp.write_text(made_by, encoding="utf-8")
    typer.echo(f"{len(written)} files in {home.relative(folder)}/.")


app.add_typer(schedule)
app.add_typer(making)
app.add_typer(proof)
app.add_typer(operations)

reference = typer.Typer(no_args_is_help=True, help="The published figures that the papers compare with.")
app.add_typer(reference, name="reference")


@reference.command()
def update(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="DfE's files, as published")],
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept", metavar="MEASURE:AREA:YEAR", help="this odd figure is right; may be given again"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would change, and write nothing")] = False,
) -> None:
    """Take in what DfE has published since: LAIT's table, or the CSV files beside a statistical release.

    Says what is added, revised and gone. A figure that is far out of line with the years beside it is not written
    unless it is accepted. A file that is nonsense is refused, and then nothing is written.
    """
    from quarterdeck.home import Home
    from quarterdeck.reference.update import as_text
    from quarterdeck.reference.update import update as take

    typer.echo(as_text(take(Home.here().data / "reference", files, accept or (), dry_run=dry_run), dry_run=dry_run))


@app.command()
def publish(
    authority: AuthorityArgument,
    folder: Annotated[Path, typer.Argument(help="of a web server or a file share; made where it is not there")],
) -> None:
    """Copy the public pages of every quarter that is built, and nothing else, into a folder: `index.html` is the first.

    Officers' copies, notebooks and lists of records are never among them.
    """
    from quarterdeck.home import Home
    from quarterdeck.site.copies import copy_public

    copied = copy_public(Home.here(), authority, folder)
    typer.echo(f"{len(copied)} public files are in {folder}. Begin at {folder / 'index.html'}")


def _feeds() -> dict[str, list[str]]:
    """The measures that need each canonical table, as the scorecard calls them."""
    from quarterdeck.measures.registry import catalogue

    feeds: dict[str, list[str]] = {}
    for measure in catalogue().values():
        ways = [way for need in measure.needs for way in need.split("|")]
        for table in dict.fromkeys(way.partition(".")[0] for way in ways):
            feeds.setdefault(table, []).append(measure.short)
    return feeds


def main() -> None:
    """Run a command; what cannot be done is said in plain words, with the exit status that tells which."""
    no_core_dump()
    going = GoingOn()
    with going():
        app()
    sys.exit(going.worst)
