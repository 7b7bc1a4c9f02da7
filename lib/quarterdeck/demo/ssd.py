"""A county's records written as the Standard Safeguarding Dataset: its tables as CSV, or in a database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from quarterdeck.records import Records, looked_after
from quarterdeck.returns import ssd

if TYPE_CHECKING:
    from sqlalchemy import Engine

Tables = dict[str, pd.DataFrame]

_STATUS, _PLACE = ["legal_status"], ["cla_placement_type", "cla_placement_provider", "cla_placement_urn"]
_CODES = {words: code for code, words in ssd.LIVES.items()}
_DOES = {words: code for code, words in ssd.DOES.items()} | {
    "higher education": "F1",
    "other education": "F2",
    "training or employment": "F5",
    "apprenticeship": "F4",
}
_IN_TOUCH = {words: code for code, words in ssd.IN_TOUCH.items()}
_YES = {True: "Y", False: "N"}


def write(records: Records, folder: Path) -> list[Path]:
    """Write every table that the records tell of, each as CSV.

    Parameters
    ----------
    records : read without pseudonyms, so that the identifiers are those of the other returns.
    folder : the quarter's; the tables go into its folder `ssd`.
    """
    target = folder / "ssd"
    target.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, rows in tables_of(records).items():
        text = rows.apply(_as_written)
        paths.append(target / f"{name}.csv")
        paths[-1].write_text(text.to_csv(index=False, lineterminator="\n"), encoding="utf-8", newline="\n")
    return paths


def fill(records: Records, engine: Engine, schema: str | None = None) -> None:
    """Make the model's tables in a database, with dates as dates, and fill them.

    Parameters
    ----------
    records : as for `write`.
    engine : of an empty database.
    schema : where the tables go; the database's own, where none is named.
    """
    import sqlalchemy as sa

    metadata = sa.MetaData(schema=schema)
    frames = tables_of(records)
    types = {"M": sa.DateTime(), "i": sa.Integer(), "f": sa.Float()}
    for name, rows in frames.items():
        sa.Table(name, metadata, *(sa.Column(str(f), types.get(rows[f].dtype.kind, sa.String())) for f in rows))
    metadata.create_all(engine)
    with engine.begin() as connection:
        for name, rows in frames.items():
            fields = [str(field) for field in rows]
            whole = rows.astype(object).where(rows.notna(), None)
            values = [dict(zip(fields, row, strict=True)) for row in whole.itertuples(index=False, name=None)]
            table = metadata.tables[f"{schema}.{name}" if schema else name]
            for first in range(0, len(values), 5000):
                connection.execute(table.insert(), values[first : first + 5000])


def _as_written(column: pd.Series) -> pd.Series:
    """A column as text: dates as in ISO, with their time where any has one."""
    if column.dtype.kind != "M":
        return column
    timed = bool((column.dropna() != column.dropna().dt.normalize()).any())
    return column.dt.strftime("%Y-%m-%dT%H:%M:%S" if timed else "%Y-%m-%d")


def tables_of(records: Records) -> Tables:
    """The model's tables, by name: what the years' returns tell together, the later of two having the say."""
    tables: Tables = {}
    for name, source, prefix, columns in _SIMPLE:
        if records.has(source):
            tables[name] = _prefixed(_closed(records.history(source), source), prefix, columns)
    if records.has("cla_episodes"):
        tables |= _care(records)
    for source, make in _MADE.items():
        if records.has(source):
            tables |= make(records)
    return {
        name: rows.sort_values([*map(str, rows)], kind="stable").reset_index(drop=True) for name, rows in tables.items()
    }


def _closed(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """Rows of which no later year's extract tells, ended with the last year that left them open."""
    end = ssd.ENDS.get(table)
    if end is None or not rows[end].isna().any():
        return rows
    dropped = rows[end].isna() & (rows.collection_year < rows.collection_year.max())
    close = pd.to_datetime(rows.collection_year.astype("str") + "-03-31", errors="coerce").astype("datetime64[us]")
    return rows.assign(**{end: rows[end].mask(dropped, close)})


def _prefixed(rows: pd.DataFrame, prefix: str, columns: str) -> pd.DataFrame:
    """Columns under the model's names: `column=field` where the field is called otherwise; flags as Y and N."""
    named = {}
    for word in columns.split():
        column, _, field = word.partition("=")
        values = rows[column]
        named[f"{prefix}_{field or column}"] = values.map(_YES).astype("str") if values.dtype == "boolean" else values
    return pd.DataFrame(named)


_SIMPLE = (
    ("ssd_person", "person", "pers", "person_id sex ethnicity dob expected_dob death_date"),
    (
        "ssd_cin_episodes", "cin_episodes", "cine",
        "referral_id person_id referral_date cin_primary_need_code referral_source_code referral_nfa close_reason "
        "close_date",
    ),
    (
        "ssd_cin_assessments", "cin_assessments", "cina",
        "assessment_id person_id referral_id assessment_start_date assessment_auth_date",
    ),
    (
        "ssd_cin_plans", "cin_plans", "cinp",
        "cin_plan_id person_id referral_id cin_plan_start_date cin_plan_end_date",
    ),
    (
        "ssd_cp_plans", "cp_plans", "cppl",
        "cp_plan_id person_id referral_id cp_plan_start_date cp_plan_end_date cp_plan_initial_category "
        "cp_plan_latest_category",
    ),
    (
        "ssd_cla_previous_permanence", "previous_permanence", "lapp",
        "person_id previous_permanence_option previous_permanence_la previous_permanence_order_date",
    ),
)  # fmt: skip
"""The model's tables that hold the columns of one of the records' as they are."""


def _disabilities(records: Records) -> Tables:
    """The disabilities of each child as they were last told: the model says of none when it was so."""
    return {"ssd_disability": _prefixed(records.last_told("disability"), "disa", "person_id disability_code")}


def _factors(records: Records) -> Tables:
    """A row an assessment, its factors in a list of JSON."""
    rows = records.history("assessment_factors").sort_values(["assessment_id", "assessment_factor"])
    lists = ('["' + rows.groupby("assessment_id").assessment_factor.agg('", "'.join) + '"]').rename("factors")
    told = lists.reset_index()
    return {
        "ssd_assessment_factors": pd.DataFrame(
            {
                "cinf_table_id": "F" + told.assessment_id,
                "cinf_assessment_id": told.assessment_id,
                "cinf_assessment_factors_json": told.factors,
            }
        )
    }


def _enquiries(records: Records) -> Tables:
    """Enquiries, whose outcome says whether a conference was needed, and the conferences apart from them."""
    rows = records.history("s47_enquiry")
    needed = rows.icpc_not_required.map({True: "N", False: "Y"}).astype("str").fillna("")
    outcome = '{"NFA_FLAG": "", "CP_CONFERENCE_FLAG": "' + needed + '", "OTHER_OUTCOMES_EXIST_FLAG": ""}'
    enquiries = _prefixed(rows, "s47e", "s47_enquiry_id person_id referral_id s47_start_date")
    held = rows[rows.icpc_date.notna() | rows.icpc_target_date.notna()]
    conferences = _prefixed(held, "icpc", "s47_enquiry_id person_id referral_id icpc_target_date icpc_date")
    conferences.insert(0, "icpc_icpc_id", "I" + held.s47_enquiry_id)
    if records.has("cin_episodes"):
        referrals = records.history("cin_episodes").dropna(subset="icpc_date")
        others = referrals.merge(
            held[["referral_id", "icpc_date"]].drop_duplicates(),
            on=["referral_id", "icpc_date"], how="left", indicator=True, validate="many_to_one",
        )  # fmt: skip
        others = others[others["_merge"] == "left_only"]
        alone = _prefixed(others, "icpc", "person_id referral_id icpc_date")
        alone.insert(0, "icpc_icpc_id", "I" + others.referral_id)
        conferences = pd.concat([conferences, alone], ignore_index=True) if len(alone) else conferences
    return {
        "ssd_s47_enquiry": enquiries.assign(s47e_s47_outcome_json=outcome),
        "ssd_initial_cp_conference": conferences,
    }


def _cp_reviews(records: Records) -> Tables:
    rows = records.history("cp_reviews")
    made = rows.assign(cp_review_id=rows.cp_plan_id + "/" + rows.cp_review_date.dt.strftime("%Y%m%d"))
    return {"ssd_cp_reviews": _prefixed(made, "cppr", "cp_review_id person_id cp_plan_id cp_review_date")}


def _missing(records: Records) -> Tables:
    rows = records.history("missing")
    keys = ["person_id", "missing_episode_start_date"]
    kept = [*keys, "missing_episode_type", "missing_episode_end_date"]
    told = ["missing_rhi_offered", "missing_rhi_accepted"]
    if records.has("return_interviews"):
        asked = records.history("return_interviews")[[*keys, *told]]
        rows = rows[kept].merge(asked, on=keys, how="left", validate="one_to_one")
    named = _prefixed(rows, "miss", " ".join(name for name in [*kept, *told] if name in rows))
    named["miss_missing_episode_type"] = named.miss_missing_episode_type.map({"missing": "M", "away": "A"})
    return {"ssd_missing": named}


def _involvements(records: Records) -> Tables:
    """Involvements by the team's number, and the teams' names."""
    rows = records.history("involvements")
    names = sorted(rows.team.unique())
    number = {name: f"T{place:03}" for place, name in enumerate(names, start=1)}
    columns = (
        "person_id worker_id=professional_id role=professional_role_id team=professional_team "
        "from_date=involvement_start_date to_date=involvement_end_date"
    )
    return {
        "ssd_involvements": _prefixed(rows.assign(team=rows.team.map(number)), "invo", columns),
        "ssd_department": pd.DataFrame({"dept_team_id": [number[name] for name in names], "dept_team_name": names}),
    }


def _care_leavers(records: Records) -> Tables:
    """Care leavers as the latest list has them."""
    rows = records.history("care_leavers")
    rows = rows[rows.as_at == rows.as_at.max()]
    return {
        "ssd_care_leavers": pd.DataFrame(
            {
                "clea_person_id": rows.person_id,
                "clea_care_leaver_eligibility": rows.eligibility.str.capitalize(),
                "clea_care_leaver_in_touch": rows.in_touch.map({"yes": "YES", "no": "NO"} | _IN_TOUCH),
                "clea_care_leaver_accommodation": rows.accommodation.map(_CODES),
                "clea_care_leaver_accom_suitable": rows.suitable.map({True: "1", False: "2"}).astype("str"),
                "clea_care_leaver_activity": rows.activity.map(_DOES),
                "clea_pathway_plan_review_date": rows.pathway_plan_date,
                "clea_care_leaver_personal_advisor": rows.adviser,
            }
        )
    }


def _uasc(records: Records) -> Tables:
    rows = records.history("uasc")
    return {
        "ssd_immigration_status": pd.DataFrame(
            {
                "immi_person_id": rows.person_id,
                "immi_immigration_status": "Unaccompanied Asylum Seeking Child",
                "immi_immigration_status_end_date": rows.uasc_status_end_date,
            }
        )
    }


def _permanence(records: Records) -> Tables:
    columns = "person_id placed_for_adoption_date=adm_decision_date decision_reversed_date decision_reversed_reason"
    return {"ssd_permanence": _prefixed(records.history("placed_for_adoption"), "perm", columns)}


def _contacts(records: Records) -> Tables:
    rows = records.history("contacts")
    flag = {words: name for name, words in reversed(ssd.CONTACT_DECISIONS.items())}
    named = _prefixed(rows, "cont", "contact_id person_id contact_date contact_source_code")
    outcome = ('{"' + rows.decision.map(flag) + '": "Y"}').where(rows.decision.notna())
    return {"ssd_contacts": named.assign(cont_contact_outcome_json=outcome)}


def _visits(records: Records) -> Tables:
    rows = records.history("visits")
    prefixes = {"cin": "cinv", "cp": "cppv", "cla": "clav"}
    return {
        f"ssd_{kind}_visits": _prefixed(
            rows[rows.kind == kind.upper()], prefix,
            f"person_id visit_date={kind}_visit_date visit_seen={kind}_visit_seen "
            f"visit_seen_alone={kind}_visit_seen_alone",
        )
        for kind, prefix in prefixes.items()
    }  # fmt: skip


def _care(records: Records) -> Tables:
    """Episodes, and apart from them the placements and legal statuses that each of them names or falls into."""
    rows = records.cla_history
    start, end = "cla_episode_start_date", "cla_episode_ceased_date"
    rows = rows.sort_values(["person_id", start], kind="stable").reset_index(drop=True)
    before = rows.groupby("person_id")[[end, *_STATUS, *_PLACE]].shift()
    comes = (rows.cla_episode_start_reason == "S") | ~(before[end] == rows[start])
    care = comes | (rows.person_id != rows.person_id.shift())
    moved = care | rows.cla_episode_start_reason.isin(looked_after.NEW_PLACEMENT) | _differs(rows, before, _PLACE)
    changed = care | _differs(rows, before, _STATUS)
    cla, placed, legal = (
        _named(rows, begins, letter) for begins, letter in ((care, "C"), (moved, "P"), (changed, "L"))
    )
    episodes = _prefixed(
        rows.assign(cla_id=cla, cla_placement_id=placed),
        "clae",
        "cla_episode_id person_id cla_episode_start_date cla_episode_start_reason cla_primary_need_code "
        "cla_episode_ceased_date cla_episode_ceased_reason cla_id cla_placement_id",
    )
    placements = _spells(rows.assign(cla_id=cla), placed, ["cla_id", *_PLACE])
    statuses = _spells(rows, legal, _STATUS)
    tables = {
        "ssd_cla_episodes": episodes,
        "ssd_cla_placement": _with_distance(records, placements),
        "ssd_legal_status": pd.DataFrame(
            {
                "lega_legal_status_id": statuses.index,
                "lega_person_id": statuses.person_id,
                "lega_legal_status": statuses.legal_status,
                "lega_legal_status_start_date": statuses[start],
                "lega_legal_status_end_date": statuses[end],
            }
        ),
    }
    if records.has("cla_reviews"):
        tables["ssd_cla_reviews"] = _cla_reviews(records, rows, cla)
    return tables


def _differs(rows: pd.DataFrame, before: pd.DataFrame, columns: list[str]) -> pd.Series:
    return (rows[columns].fillna("") != before[columns].fillna("")).any(axis=1)


def _named(rows: pd.DataFrame, begins: pd.Series, letter: str) -> pd.Series:
    """An identifier for each run of episodes, made of the child and the day that it began."""
    day = rows.cla_episode_start_date.where(begins).groupby(rows.person_id).ffill()
    return letter + rows.person_id + "/" + day.dt.strftime("%Y%m%d")


def _spells(rows: pd.DataFrame, run: pd.Series, columns: list[str]) -> pd.DataFrame:
    """Runs of episodes: what the first tells, with the end of the last and why it was left."""
    group = rows.groupby(run, sort=False)
    ends = ["cla_episode_ceased_date", "cla_placement_change_reason"]
    first = group.head(1).set_index(run[group.head(1).index])[["person_id", "cla_episode_start_date", *columns]]
    last = group.tail(1).set_index(run[group.tail(1).index])[ends]
    return first.join(last, validate="one_to_one")


def _with_distance(records: Records, spells: pd.DataFrame) -> pd.DataFrame:
    """Placements, with the miles from home that the list of locations has for the child and the day."""
    placements = pd.DataFrame(
        {
            "clap_cla_placement_id": spells.index,
            "clap_cla_id": spells.cla_id,
            "clap_person_id": spells.person_id,
            "clap_cla_placement_start_date": spells.cla_episode_start_date,
            "clap_cla_placement_end_date": spells.cla_episode_ceased_date,
            "clap_cla_placement_type": spells.cla_placement_type,
            "clap_cla_placement_provider": spells.cla_placement_provider,
            "clap_cla_placement_urn": spells.cla_placement_urn,
            "clap_cla_placement_change_reason": spells.cla_placement_change_reason,
        }
    ).reset_index(drop=True)
    if not records.has("placement_locations"):
        return placements
    miles = records.history("placement_locations")[["person_id", "placement_start_date", "distance_miles"]]
    keys = ["clap_person_id", "clap_cla_placement_start_date"]
    miles = miles.set_axis([*keys, "clap_cla_placement_distance"], axis=1)
    return placements.merge(miles, on=keys, how="left", validate="many_to_one")


def _cla_reviews(records: Records, rows: pd.DataFrame, cla: pd.Series) -> pd.DataFrame:
    """Reviews by the period of care that they fell into, else the child's first."""
    reviews = records.history("cla_reviews").sort_values("cla_review_date", kind="stable")
    care = rows[["person_id"]].assign(cla_id=cla, began=rows.cla_episode_start_date)
    care = care.sort_values("began", kind="stable")
    first = care.drop_duplicates("person_id").set_index("person_id").cla_id
    found = pd.merge_asof(reviews, care, left_on="cla_review_date", right_on="began", by="person_id")
    cla_id = found.cla_id.fillna(first.reindex(found.person_id).set_axis(found.index))
    return pd.DataFrame(
        {
            "clar_cla_review_id": found.person_id + "/" + found.cla_review_date.dt.strftime("%Y%m%d"),
            "clar_cla_id": cla_id,
            "clar_cla_review_date": found.cla_review_date,
            "clar_cla_review_cancelled": "N",
            "clar_cla_review_participation": found.cla_review_participation,
        }
    ).dropna(subset="clar_cla_id")


_MADE = {
    "disability": _disabilities,
    "assessment_factors": _factors,
    "s47_enquiry": _enquiries,
    "cp_reviews": _cp_reviews,
    "missing": _missing,
    "involvements": _involvements,
    "care_leavers": _care_leavers,
    "uasc": _uasc,
    "placed_for_adoption": _permanence,
    "contacts": _contacts,
    "visits": _visits,
}
"""The records' tables of which the model's are made otherwise."""
