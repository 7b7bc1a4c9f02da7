"""The Standard Safeguarding Dataset read from a database: named columns alone, and nothing that could write."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from quarterdeck.authority import Authority, Database
from quarterdeck.returns.layouts import Layout, plain
from quarterdeck.returns.problems import ReturnsError, gathered, problem
from quarterdeck.returns.ssd_lists import LAYOUTS
from quarterdeck.returns.tabular import EMPTY, Listed, parts_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

AT_A_TIME = 10_000  # rows


@dataclass(frozen=True)
class TableRead:
    """A table or view of the database, read as a file is.

    Parameters
    ----------
    name : what messages and the account of files call it.
    lists : what it tells, as text, a line a row in the order of all its fields.
    sha256 : of its rows, whatever order the database gave them in.
    """

    name: str
    lists: list[Listed]
    sha256: str


def read_database(authority: Authority, environ: Mapping[str, str] = os.environ) -> list[TableRead]:
    """Every table of the model that an authority's database has, all as of one moment.

    Parameters
    ----------
    authority : its profile names the database.
    environ : where the database's URL stands.

    Raises
    ------
    ReturnsError : the database is not there, or what it holds is not the model.
    """
    settings = authority.ssd
    if settings is None:
        return []
    with reading(settings, environ) as connection:
        names = _tables(connection, settings)
        found = [(layout, names[name]) for layout in LAYOUTS if (name := _called(layout, settings)) in names]
        if not found:
            where = f" in the schema {settings.db_schema}" if settings.db_schema else ""
            advice = "set schema, prefix or names under [ssd] in the profile"
            raise ReturnsError(problem("ssd", f"the model's tables{where}, as ssd_person", advice, "missing return"))
        read = [_read(connection, layout, name, settings, authority) for layout, name in found]
    if stops := [part for part in read if isinstance(part, pd.DataFrame)]:
        raise ReturnsError(gathered(stops))
    return [part for part in read if isinstance(part, TableRead)]


def fingerprint(tables: list[TableRead]) -> str:
    """One SHA-256 of all that was read: it changes where any row does."""
    return hashlib.sha256("".join(f"{table.name} {table.sha256}\n" for table in tables).encode()).hexdigest()


@contextmanager
def reading(settings: Database, environ: Mapping[str, str] = os.environ) -> Iterator[Connection]:
    """A connection in which nothing can be written, where the database can be told so.

    PostgreSQL is told to read only, from one snapshot; SQLite opens the file for reading. Elsewhere (SQL Server,
    Oracle) the account itself must have no right but SELECT.

    Raises
    ------
    ReturnsError : no URL is set, its driver is not installed, or the database does not answer.
    """
    try:
        import sqlalchemy as sa
        from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
    except ModuleNotFoundError:
        raise _unreachable("SQLAlchemy", "install it: pip install 'quarterdeck[ssd]'") from None
    variable = settings.url_variable
    if not (written := environ.get(variable)):
        raise _unreachable(f"a SQLAlchemy URL in the environment variable {variable}", "set it")
    try:
        url = sa.make_url(written)
        if url.get_backend_name() == "sqlite" and url.database and not url.database.startswith("file:"):
            url = url.set(database=f"file:{url.database}").update_query_dict({"mode": "ro", "uri": "true"})
        engine = sa.create_engine(url, poolclass=sa.NullPool)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError):
        raise _unreachable(
            f"a SQLAlchemy URL in the environment variable {variable}, and its driver",
            "write it as postgresql+psycopg://account@host/database, and install the driver that it names",
        ) from None
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA query_only = ON")
            yield connection
            connection.rollback()
    except SQLAlchemyError as error:
        # The driver's own words may name a host or an account, and belong in no paper's log.
        raise _unreachable(
            f"a database that answers, at the URL in {variable}",
            f"try the URL by hand: it can be read with SELECT alone ({type(error).__name__})",
        ) from None
    finally:
        engine.dispose()


def _unreachable(expected: str, what_to_do: str) -> ReturnsError:
    return ReturnsError(problem("ssd", expected, what_to_do, "database"))


def _called(layout: Layout, settings: Database) -> str:
    """What the database calls a table, in plain form."""
    return plain(settings.names.get(layout.name, layout.name.replace("ssd_", settings.prefix, 1)))


def _tables(connection: Connection, settings: Database) -> dict[str, str]:
    """The names of tables and views as they are written, by their plain form."""
    import sqlalchemy as sa

    inspector = sa.inspect(connection)
    names = [*inspector.get_table_names(settings.db_schema), *inspector.get_view_names(settings.db_schema)]
    return {plain(name): name for name in names}


def _read(
    connection: Connection, layout: Layout, name: str, settings: Database, authority: Authority
) -> TableRead | pd.DataFrame:
    """The fields of a table that its layout names; else the problem that keeps it from being read."""
    import sqlalchemy as sa

    spelt = layout.spelt(authority)
    there = [str(column["name"]) for column in sa.inspect(connection).get_columns(name, settings.db_schema)]
    fields = {spelt[plain(column)]: column for column in there if plain(column) in spelt}
    called = f"ssd:{name}"
    if lacking := layout.lacks(set(fields)):
        return problem(called, f"the field{'s' * (len(lacking) > 1)} {', '.join(lacking)}", "add them", "heading")
    chosen = {heading: fields[heading] for heading in sorted(fields, key=[*layout.columns, *fields].index)}
    query = sa.select(*(sa.column(column) for column in chosen.values()))
    query = query.select_from(sa.table(name, schema=settings.db_schema))
    result = connection.execution_options(yield_per=AT_A_TIME).execute(query)
    parts = [
        pd.DataFrame([[_text(value) for value in row] for row in rows], columns=[*chosen], dtype="str")
        for rows in result.partitions()
    ]
    text = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*chosen], dtype="str")
    text = text.mask(text.isin(EMPTY)).sort_values([*chosen], kind="stable", ignore_index=True)
    digest = hashlib.sha256(text.to_csv(index=False).encode()).hexdigest()
    lines = pd.Series(range(1, len(text) + 1), dtype="Int64")
    overlong = pd.Series(False, index=text.index, dtype="bool")
    return TableRead(called, parts_of(layout, text, lines, overlong), digest)


def _text(value: object) -> str | None:
    """A value as a CSV extract would have it: days without a time, whole numbers without a point."""
    if value is None or isinstance(value, str):
        return value.strip() if value else None
    if isinstance(value, dt.datetime):
        value = value.replace(tzinfo=None)
        return value.isoformat(" ") if value.time() != dt.time() else value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float | Decimal) and float(value).is_integer():
        return str(int(value))
    return str(value)
