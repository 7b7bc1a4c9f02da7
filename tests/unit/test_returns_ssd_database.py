"""The Standard Safeguarding Dataset in databases: SQLite, and a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from quarterdeck.authority import Authority
from quarterdeck.demo import ssd as written
from quarterdeck.quarter import Quarter
from quarterdeck.records import Records
from quarterdeck.records.tables import TABLES
from quarterdeck.returns import formats
from quarterdeck.returns.contracts import hold
from quarterdeck.returns.extract import read_extract
from quarterdeck.returns.problems import ReturnsError, gathered
from quarterdeck.returns.ssd_database import TableRead, fingerprint, read_database, reading
from tests import postgres
from tests.conftest import table_of
from tests.small_ssd import AUTHORITY, QUARTER

VARIABLE = "NOWHERE_SSD"


def authority(**settings: object) -> Authority:
    return Authority.model_validate(AUTHORITY | {"ssd": {"url_variable": VARIABLE, **settings}})


def read(url: str, **settings: object) -> list[TableRead]:
    return read_database(authority(**settings), {VARIABLE: url})


def canonical(read: list[TableRead], quarter: Quarter = QUARTER) -> dict[str, pd.DataFrame]:
    """The canonical tables of what was read, of which nothing was wrong."""
    held, problems = {}, []
    for table in read:
        for listed in table.lists:
            checked = hold(listed, quarter, table.name)
            problems.append(checked.problems)
            held[listed.layout.table] = checked.rows
    assert not len(gathered(problems))
    return formats.FORMATS["ssd"].canonical(held, quarter)


@pytest.fixture(scope="module")
def records() -> Records:
    """A few children's records, as returns told them."""
    care = {"person_id": "A", "cla_primary_need_code": "N1", "collection_year": 2018}
    placed = {"cla_placement_type": "U4", "cla_placement_provider": "PR1"}
    moved = {"cla_placement_type": "K2", "cla_placement_provider": "PR4", "cla_placement_urn": "SC000001"}
    rows = {
        "person": [
            {"person_id": "A", "sex": "F", "ethnicity": "WBRI", "dob": "2010-05-01"},
            {"person_id": "B", "sex": "U", "expected_dob": "2018-02-01"},
        ],
        "cin_episodes": [
            {"referral_id": "R1", "person_id": "A", "referral_date": "2017-04-03", "referral_nfa": False},
            {"referral_id": "R2", "person_id": "B", "referral_date": "2017-05-02", "close_date": "2017-06-01",
             "close_reason": "RC8", "referral_nfa": True, "icpc_date": "2017-05-20"},
        ],
        "cin_assessments": [
            {"assessment_id": "X1", "person_id": "A", "referral_id": "R1", "assessment_start_date": "2017-04-03",
             "assessment_auth_date": "2017-05-10"},
        ],
        "assessment_factors": [
            {"assessment_id": "X1", "assessment_factor": "2B"}, {"assessment_id": "X1", "assessment_factor": "3A"},
        ],
        "s47_enquiry": [
            {"s47_enquiry_id": "S1", "person_id": "A", "referral_id": "R1", "s47_start_date": "2017-05-02",
             "icpc_target_date": "2017-05-23", "icpc_date": "2017-05-22", "icpc_not_required": False},
            {"s47_enquiry_id": "S2", "person_id": "B", "referral_id": "R2", "s47_start_date": "2017-05-02",
             "icpc_not_required": True},
        ],
        "missing": [
            {"person_id": "A", "missing_episode_type": "missing", "missing_episode_start_date": "2017-11-07 21:30",
             "missing_episode_end_date": "2017-11-08 02:15", "time_recorded": True, "looked_after": True},
        ],
        "return_interviews": [
            {"person_id": "A", "missing_episode_start_date": "2017-11-07 21:30", "missing_rhi_offered": True,
             "missing_rhi_accepted": False},
        ],
        "cla_episodes": [
            care | placed | {"cla_episode_id": "A@1", "cla_episode_start_date": "2017-07-03", "legal_status": "V2",
             "cla_episode_start_reason": "S", "cla_episode_ceased_date": "2017-08-01",
             "cla_episode_ceased_reason": "X1"},
            care | placed | {"cla_episode_id": "A@2", "cla_episode_start_date": "2017-08-01", "legal_status": "C1",
             "cla_episode_start_reason": "L", "cla_episode_ceased_date": "2017-09-01",
             "cla_episode_ceased_reason": "X1", "cla_placement_change_reason": "CARPL"},
            care | moved | {"cla_episode_id": "A@3", "cla_episode_start_date": "2017-09-01", "legal_status": "C2",
             "cla_episode_start_reason": "B"},
        ],
        "cla_reviews": [{"person_id": "A", "cla_review_date": "2017-07-28", "cla_review_participation": "PN1"}],
        "involvements": [
            {"person_id": "A", "team": "Safeguarding North", "worker_id": "W1", "role": "social worker",
             "from_date": "2017-04-03"},
        ],
    }  # fmt: skip
    tables = {name: table_of(name, given) for name, given in rows.items()}
    return Records(Authority.model_validate(AUTHORITY), QUARTER, tables)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed here")
    with postgres.server(programs) as url:
        yield url


@pytest.fixture(scope="module")
def databases(server: str, records: Records, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The same records in both databases."""
    urls = {"postgresql": server, "sqlite": f"sqlite:///{tmp_path_factory.mktemp('ssd')}/ssd.db"}
    for url in urls.values():
        engine = sa.create_engine(url)
        written.fill(records, engine)
        engine.dispose()
    return urls


KINDS = pytest.mark.parametrize("kind", ["postgresql", "sqlite"])


@KINDS
def test_a_database_gives_the_tables_that_its_csv_extracts_give(
    kind: str, databases: dict[str, str], records: Records, tmp_path: Path
) -> None:
    written.write(records, tmp_path / QUARTER.slug)
    files = read_extract(tmp_path / QUARTER.slug, QUARTER, records.authority)
    assert not files.stops
    by_file, by_database = files.of_format("ssd"), canonical(read(databases[kind]))
    assert by_file.keys() == by_database.keys() >= {"person", "cla_episodes", "s47_enquiry", "missing"}
    for name, rows in by_file.items():
        pd.testing.assert_frame_equal(rows, by_database[name], obj=name)


@KINDS
def test_what_was_written_comes_back_but_for_what_the_model_has_no_field_for(
    kind: str, databases: dict[str, str], records: Records
) -> None:
    told = canonical(read(databases[kind]))
    for name, rows in records.tables.items():
        expected = rows.drop(columns="collection_year").sort_values([*TABLES[name].key]).reset_index(drop=True)
        pd.testing.assert_frame_equal(
            told[name].sort_values([*TABLES[name].key]).reset_index(drop=True), expected, obj=name
        )


@KINDS
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM ssd_person",
        "INSERT INTO ssd_person (pers_person_id) VALUES ('Z')",
        "UPDATE ssd_person SET pers_sex = 'M'",
        "DROP TABLE ssd_person",
        "CREATE TABLE other (id integer)",
    ],
)
def test_nothing_can_be_written(kind: str, statement: str, databases: dict[str, str]) -> None:
    before = fingerprint(read(databases[kind]))
    settings = authority().ssd
    assert settings
    with (
        reading(settings, {VARIABLE: databases[kind]}) as connection,
        pytest.raises(DBAPIError, match=r"read-only|readonly"),
    ):
        connection.exec_driver_sql(statement)
    assert fingerprint(read(databases[kind])) == before


def test_all_tables_are_read_as_of_one_moment(server: str, databases: dict[str, str]) -> None:
    settings = authority().ssd
    assert settings
    count = "SELECT count(*) FROM ssd_disability"
    writer = sa.create_engine(server)
    with writer.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE ssd_disability (disa_person_id text, disa_disability_code text)")
    with reading(settings, {VARIABLE: server}) as connection:
        assert connection.exec_driver_sql(count).scalar() == 0
        with writer.begin() as other:
            other.exec_driver_sql("INSERT INTO ssd_disability VALUES ('A', 'AUT')")
        assert connection.exec_driver_sql(count).scalar() == 0
    with writer.begin() as connection:
        connection.exec_driver_sql("DROP TABLE ssd_disability")
    writer.dispose()


@pytest.fixture
def made(tmp_path: Path) -> Iterator[sa.Engine]:
    """An SQLite database for a test to make as it needs."""
    engine = sa.create_engine(f"sqlite:///{tmp_path}/made.db", poolclass=sa.NullPool)
    yield engine
    engine.dispose()


def run(engine: sa.Engine, *statements: str) -> str:
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    return engine.url.render_as_string(hide_password=False)


PERSON = "CREATE TABLE ssd_person (pers_person_id text, pers_sex text, pers_dob text, pers_gender text)"


def test_the_fingerprint_changes_with_any_row_and_not_with_their_order(made: sa.Engine) -> None:
    url = run(made, PERSON, "INSERT INTO ssd_person VALUES ('A', 'F', '2010-05-01', NULL), ('B', 'M', NULL, NULL)")
    before = fingerprint(read(url))
    run(made, "DELETE FROM ssd_person WHERE pers_person_id = 'A'")
    fewer = fingerprint(read(url))
    run(made, "INSERT INTO ssd_person VALUES ('A', 'F', '2010-05-01', NULL)")
    assert fingerprint(read(url)) == before != fewer
    run(made, "UPDATE ssd_person SET pers_dob = '2010-05-02' WHERE pers_person_id = 'A'")
    assert fingerprint(read(url)) != before


def test_columns_that_no_figure_needs_are_not_read(made: sa.Engine) -> None:
    url = run(made, PERSON, "INSERT INTO ssd_person VALUES ('A', 'F', '2010-05-01', '01')")
    [table] = read(url)
    assert list(table.lists[0].text) == ["pers_person_id", "pers_sex", "pers_dob"]
    before = table.sha256
    run(made, "UPDATE ssd_person SET pers_gender = '02'")
    assert read(url)[0].sha256 == before


def test_views_by_other_names_are_found_through_the_profile(made: sa.Engine) -> None:
    url = run(
        made,
        PERSON,
        "INSERT INTO ssd_person VALUES ('A', 'F', '2010-05-01', NULL)",
        "CREATE VIEW vw_ssd_person AS SELECT * FROM ssd_person",
        "CREATE VIEW everyone AS SELECT * FROM ssd_person WHERE 1 = 0",
    )
    assert [table.name for table in read(url, prefix="vw_ssd_")] == ["ssd:vw_ssd_person"]
    [table] = read(url, names={"ssd_person": "everyone"})
    assert (table.name, len(table.lists[0].text)) == ("ssd:everyone", 0)


def test_fields_by_other_names_are_found_through_the_profiles_headings(made: sa.Engine) -> None:
    url = run(made, "CREATE TABLE ssd_person (pers_person_id text, BirthDate text)")
    own = authority().model_copy(update={"headings": {"ssd_person": {"pers_dob": "BirthDate"}}})
    [table] = read_database(own, {VARIABLE: url})
    assert list(table.lists[0].text) == ["pers_person_id", "pers_dob"]


def test_typed_values_are_read_as_the_text_of_an_extract(server: str) -> None:
    engine = sa.create_engine(server, poolclass=sa.NullPool)
    run(
        engine,
        "CREATE SCHEMA typed",
        "CREATE TABLE typed.ssd_cla_placement (clap_cla_placement_id numeric, clap_cla_placement_start_date timestamp, "
        "clap_cla_placement_type text, clap_cla_placement_distance double precision, clap_cla_placement_end_date date)",
        "INSERT INTO typed.ssd_cla_placement VALUES (17, '2017-05-01 00:00', ' K2 ', 4, '2017-06-01'), "
        "(18, '2017-05-01 21:30', 'K2', 22.5, NULL), (19, '2017-05-01', 'K2', 'NaN', NULL)",
    )
    [table] = read(server, schema="typed")
    first, second, third = table.lists[0].text.fillna("").values.tolist()
    assert first == ["17", "2017-05-01", "K2", "4", "2017-06-01"]
    assert second == ["18", "2017-05-01 21:30:00", "K2", "22.5", ""]
    held = hold(table.lists[0], QUARTER, table.name)
    assert held.problems.empty
    assert third[0] == "19"
    assert held.rows.cla_placement_distance.isna().tolist() == [False, False, True]


def test_a_bad_value_is_a_problem_as_in_a_file_by_the_row(made: sa.Engine) -> None:
    url = run(made, PERSON, "INSERT INTO ssd_person VALUES ('A', 'F', '2010-05-01', NULL), ('B', 'X', NULL, NULL)")
    [table] = read(url)
    problems = hold(table.lists[0], QUARTER, table.name).problems
    assert problems[["file", "line", "column", "value", "rule"]].values.tolist() == [
        ["ssd:ssd_person", 2, "pers_sex", "X", "code"]
    ]


def test_a_table_that_lacks_a_field_is_named_with_it(made: sa.Engine) -> None:
    url = run(made, "CREATE TABLE ssd_person (pers_person_id text)", "CREATE TABLE ssd_cla_episodes (x text)")
    with pytest.raises(ReturnsError, match="pers_dob") as raised:
        read(url)
    assert raised.value.problems.file.tolist() == ["ssd:ssd_person", "ssd:ssd_cla_episodes"]


def test_a_database_without_the_model_is_no_source(made: sa.Engine) -> None:
    url = run(made, "CREATE TABLE person (pers_person_id text)")
    with pytest.raises(ReturnsError, match="set schema, prefix or names"):
        read(url)


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, "in the environment variable NOWHERE_SSD"),
        ({VARIABLE: "s3cret"}, "and its driver"),
        ({VARIABLE: "nosuch://tester:s3cret@host/db"}, "and its driver"),
        ({VARIABLE: "postgresql+psycopg://tester:s3cret@/db?host=/nowhere"}, "a database that answers"),
        ({VARIABLE: "sqlite:////nowhere/s3cret.db"}, "a database that answers"),
    ],
)
def test_a_database_that_cannot_be_reached_is_told_without_its_url(environ: dict[str, str], said: str) -> None:
    with pytest.raises(ReturnsError, match=said) as raised:
        read_database(authority(), environ)
    assert "s3cret" not in str(raised.value)


def test_an_authority_that_names_no_database_reads_none() -> None:
    assert read_database(Authority.model_validate(AUTHORITY), {}) == []


def test_the_files_that_a_county_is_written_as_are_the_same_each_time(records: Records, tmp_path: Path) -> None:
    first, second = (written.write(records, tmp_path / name) for name in ("one", "two"))
    assert [path.name for path in first] == [path.name for path in second]
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(first, second, strict=True))


def test_a_plan_that_only_an_earlier_year_left_open_ended_with_that_year() -> None:
    plans = [
        {"cp_plan_id": "K1", "person_id": "A", "cp_plan_start_date": "2016-05-02", "collection_year": 2017},
        {"cp_plan_id": "K2", "person_id": "B", "cp_plan_start_date": "2016-05-02", "collection_year": 2018},
    ]
    records = Records(Authority.model_validate(AUTHORITY), QUARTER, {"cp_plans": table_of("cp_plans", plans)})
    ends = written.tables_of(records)["ssd_cp_plans"].cppl_cp_plan_end_date
    assert ends.dt.strftime("%Y-%m-%d").fillna("").tolist() == ["2017-03-31", ""]


@pytest.mark.slow
def test_the_county_written_as_the_dataset_reads_as_the_returns_told_it(county: object, tmp_path: Path) -> None:
    from quarterdeck.authority import read_authority
    from quarterdeck.home import Home
    from quarterdeck.returns import read_quarter

    assert isinstance(county, Home)
    profile = read_authority(county.data / "worcestershire-demo" / "authority.toml")
    own = profile.model_copy(update={"pseudonymise": False})
    records = read_quarter(county.data, own, QUARTER).records
    written.write(records, tmp_path / QUARTER.slug)
    told = read_extract(tmp_path / QUARTER.slug, QUARTER, own)
    assert not told.stops
    assert not sum(len(part) for part in told.problems)
    tables = told.of_format("ssd")
    alike = {
        "person", "disability", "cin_episodes", "cin_assessments", "assessment_factors", "cin_plans", "s47_enquiry",
        "cp_plans", "cp_reviews", "cla_episodes", "cla_reviews", "involvements", "missing", "return_interviews",
        "previous_permanence", "placed_for_adoption", "uasc",
    }  # fmt: skip
    for name in alike:
        rows = records.history(name)
        if name == "cp_plans":  # no later year tells of one that an earlier left open: it ended with that year
            open_then = rows.cp_plan_end_date.isna() & (rows.collection_year < QUARTER.collection_year)
            rows = rows.assign(cp_plan_end_date=rows.cp_plan_end_date.mask(open_then, pd.Timestamp("2017-03-31")))
        if name == "cla_episodes":
            rows = records.cla_history
        if name == "disability":  # the dataset holds what is so now, and not what earlier years told
            rows = records.last_told(name)
        cover = formats.FORMATS["ssd"].covers(name, tables[name], [QUARTER])
        columns = [column for column in tables[name] if column not in cover.untold]
        key = [*TABLES[name].key]
        pd.testing.assert_frame_equal(
            tables[name][columns].sort_values(key).reset_index(drop=True),
            rows[columns].sort_values(key).reset_index(drop=True),
            obj=name,
        )
