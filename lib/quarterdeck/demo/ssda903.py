"""The SSDA903 set of CSV files, cut at a quarter's end as an authority cuts them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from quarterdeck.quarter import Quarter

from .ages import anniversary, ordinals, timestamps
from .care import Care

OC2 = (
    "sdq_score", "sdq_reason", "convicted", "health_check", "immunisations", "teeth_check", "health_assessment",
    "substance_misuse", "intervention_received", "intervention_offered",
)  # fmt: skip


def write(data: Care, quarter: Quarter, folder: Path) -> list[Path]:
    """Write the ten files of a quarter: its collection year from 1 April to the quarter's last day.

    Parameters
    ----------
    data : the authority's children looked after.
    quarter : the quarter at whose end the return is cut.
    folder : the quarter's folder; the files go into its folder `ssda903`.

    Returns
    -------
    The files written.

    Source: DfE, Children looked after by local authorities in England: guide to the SSDA903 collection.
    """
    target = folder / "ssda903"
    target.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for name, frame in files(data, quarter).items():
        text = frame.copy()
        for column in frame.columns:
            if pd.api.types.is_datetime64_any_dtype(frame[column]):
                text[column] = frame[column].dt.strftime("%d/%m/%Y").fillna("")
        paths.append(target / f"{name}.csv")
        paths[-1].write_text(text.to_csv(index=False, lineterminator="\n"), encoding="utf-8", newline="\n")
    return paths


def files(data: Care, quarter: Quarter) -> dict[str, pd.DataFrame]:
    """Every file of the set as a frame, by its usual name."""
    episodes = _episodes(data, quarter)
    people = _people(data)
    children = people.reindex(pd.Index(sorted(episodes.CHILD.unique()), name="CHILD"))
    began, after = quarter.year_start, quarter.end + pd.Timedelta(days=1)
    oc3 = _oc3(data, quarter)
    everyone = people.reindex(pd.Index(sorted({*children.index, *oc3.CHILD}), name="CHILD"))
    reviews = data.reviews[data.reviews.review.between(began, quarter.end)]
    adopted = data.adoptions[data.adoptions.adopted.between(began, quarter.end)]
    plans = data.adoption_plans[
        (data.adoption_plans.placed < after)
        & ~(data.adoption_plans.ceased < began)
        & data.adoption_plans.child_id.isin(children.index)
    ]
    gone = data.missing[data.missing.looked_after & (data.missing.start < after) & ~(data.missing.end < began)]
    gone = gone[gone.person_id.isin(children.index)]
    settled = data.settled_before[data.settled_before.start.between(began, quarter.end)]
    settled = settled.drop_duplicates("child_id", keep="last")
    settled = settled.sort_values("start", kind="stable").drop_duplicates("child_id", keep="last")  # one row a child
    health = data.health[data.health.year == (quarter.collection_year if quarter.number == 4 else 0)]
    seekers = children[children.uasc]
    ends = timestamps(anniversary(ordinals(seekers.DOB), 18)).to_numpy()
    return {
        "header": everyone.reset_index()[["CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"]],
        "episodes": episodes,
        "reviews": _frame(reviews.child_id, people, REVIEW=reviews.review, REVIEW_CODE=reviews.code),
        "uasc": seekers.reset_index()[["CHILD", "SEX", "DOB"]].assign(DUC=ends),
        "oc2": _frame(health.child_id, people, **{name.upper(): health[name] for name in OC2}),
        "oc3": oc3,
        "ad1": _frame(
            adopted.child_id, people, DATE_INT=adopted.decided, DATE_MATCH=adopted.matched,
            FOSTER_CARE=adopted.foster_care, NB_ADOPTR=adopted.adopters, SEX_ADOPTR=adopted.sex,
            LS_ADOPTR=adopted.status,
        ),
        "placed_for_adoption": _frame(
            plans.child_id, people, DATE_PLACED=plans.placed,
            DATE_PLACED_CEASED=plans.ceased.where(plans.ceased < after),
            REASON_PLACED_CEASED=plans.reason_ceased.where(plans.ceased < after, ""),
        ),
        "previous_permanence": _frame(
            settled.child_id, people, PREV_PERM=settled.prev_perm, LA_PERM=settled.la_perm, DATE_PERM=settled.date_perm
        ),
        "missing": _frame(
            gone.person_id, people, MISSING=pd.Series(np.where(gone.episode_type == "missing", "M", "A"), gone.index),
            MIS_START=gone.start.dt.normalize(), MIS_END=gone.end.where(gone.end < after).dt.normalize(),
        ),
    }  # fmt: skip


def _frame(child: pd.Series, people: pd.DataFrame, **columns: pd.Series) -> pd.DataFrame:
    frame = pd.DataFrame({"CHILD": child.to_numpy(), "DOB": people.DOB.reindex(child).to_numpy()})
    frame = frame.astype({"CHILD": "str"})
    for name, column in columns.items():
        frame[name] = column.to_numpy()
    date = next((name for name in columns if pd.api.types.is_datetime64_any_dtype(frame[name])), "CHILD")
    return frame.sort_values(["CHILD", date], kind="stable").reset_index(drop=True)


def _people(data: Care) -> pd.DataFrame:
    """Everybody who can stand in a header, by identifier."""
    columns = ["child_id", "date_of_birth", "sex", "ethnicity"]
    frame = pd.concat([data.children[columns], data.short_breaks[columns], data.leavers[columns]], ignore_index=True)
    frame = frame.drop_duplicates("child_id").set_index("child_id")
    born = frame.date_of_birth
    number = frame.index.str[-6:]
    return pd.DataFrame(
        {
            "SEX": frame.sex.map({"M": "1", "F": "2"}),
            "DOB": born,
            "ETHNIC": frame.ethnicity,
            "UPN": np.where(born.dt.year <= 2013, "Z999000" + number, "UN1"),
            "MOTHER": np.where(frame.sex == "F", "0", ""),
            "MC_DOB": pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]"),
            "uasc": frame.index.isin(data.children.child_id[data.children.uasc]),
        },
        index=pd.Index(frame.index, name="CHILD"),
    )


def _episodes(data: Care, quarter: Quarter) -> pd.DataFrame:
    after = quarter.end + pd.Timedelta(days=1)
    names = {
        "child_id": "CHILD", "decom": "DECOM", "rne": "RNE", "ls": "LS", "cin": "CIN", "place": "PLACE",
        "provider": "PLACE_PROVIDER", "dec": "DEC", "rec": "REC", "reason_place_change": "REASON_PLACE_CHANGE",
        "home_post": "HOME_POST", "pl_post": "PL_POST", "urn": "URN",
    }  # fmt: skip
    breaks = data.short_breaks.rename(columns={"start": "decom", "end": "dec"}).assign(
        rne="S", ls="V4", cin="N2", rec="E8", reason_place_change="", home_post="ZZ9 9AA", pl_post="ZY9 9AA", urn=""
    )
    rows = pd.concat([data.episodes[list(names)], breaks[list(names)]], ignore_index=True)
    rows = rows[(rows.decom < after) & ~(rows.dec < quarter.year_start)].rename(columns=names)
    still = rows.DEC.isna() | rows.DEC.ge(after)
    rows = rows.assign(
        DEC=rows.DEC.where(~still), REC=rows.REC.where(~still, ""),
        REASON_PLACE_CHANGE=rows.REASON_PLACE_CHANGE.where(~still, ""),
    )  # fmt: skip
    return rows.sort_values(["CHILD", "DECOM"], kind="stable").reset_index(drop=True)


def _oc3(data: Care, quarter: Quarter) -> pd.DataFrame:
    """Care leavers whose nineteenth, twentieth or twenty-first birthday has come in the year."""
    rows = data.leaver_outcomes[data.leaver_outcomes.year == quarter.collection_year]
    born = ordinals(rows.date_of_birth)
    began = int(np.datetime64(quarter.year_start, "D").astype(np.int64))
    years = np.array([quarter.collection_year - 1]) - rows.date_of_birth.dt.year.to_numpy()
    birthday = anniversary(born, years)
    birthday = np.where(birthday < began, anniversary(born, years + 1), birthday)
    rows = rows[birthday <= int(np.datetime64(quarter.end, "D").astype(np.int64))].sort_values("child_id")
    return pd.DataFrame(
        {
            "CHILD": rows.child_id,
            "DOB": rows.date_of_birth,
            "IN_TOUCH": rows.in_touch,
            "ACTIV": rows.activ,
            "ACCOM": rows.accom,
        }
    )
