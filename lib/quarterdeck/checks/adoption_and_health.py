"""Adoption (AD1, placed for adoption, previous permanence) and the year's health and outcomes (OC2)."""

from __future__ import annotations

import pandas as pd

from quarterdeck.checks.care import ADOPTED, FOR_ADOPTION, care, of_child, this_years
from quarterdeck.checks.registry import check
from quarterdeck.checks.rows import at_end, beside, current, those
from quarterdeck.measures.describe import age_on
from quarterdeck.records import Records

EPISODES, AD1, PLACED, BEFORE, OC2 = (
    "cla_episodes",
    "adoption",
    "placed_for_adoption",
    "previous_permanence",
    "cla_health",
)
DECIDED, REVERSED = "placed_for_adoption_date", "decision_reversed_date"
ONE_ADOPTER = ("M1", "F1")
SINGLE = "L0"
NEVER_BEFORE = "Z1"
SDQ_AGES, SDQ_HIGHEST = (4, 16), 40
HEALTH_CHECK_UNDER, CRIMINAL_RESPONSIBILITY = 5, 10
YEAR = pd.DateOffset(years=1)


@check("ADO-01", severity="error", table=EPISODES, fields=["cla_episode_ceased_reason", "cla_placement_type"])
def who_is_adopted_was_placed_for_it(records: Records) -> pd.Index:
    """The child left care by adoption (E11, E12), and was not placed for adoption (A3 to A6) when it did: correct
    the placement, or the reason for leaving.
    """
    rows = care(records)
    return those(rows, rows.rec.isin(ADOPTED) & ~rows.place.isin(FOR_ADOPTION))


@check("ADO-02", severity="error", table=EPISODES, fields=["cla_episode_ceased_reason"], needs=[AD1])
def who_is_adopted_is_in_ad1(records: Records) -> pd.Index:
    """The child left care by adoption (E11, E12), and has no row in the return of adoptions (AD1): add it."""
    rows = care(records)
    return those(rows, rows.rec.isin(ADOPTED) & ~rows.person_id.isin(this_years(records, AD1).person_id))


@check("ADO-03", severity="error", table=AD1, fields=["person_id"], needs=[EPISODES])
def who_is_in_ad1_was_adopted(records: Records) -> pd.Index:
    """The child is in the return of adoptions (AD1), and did not leave care by adoption (E11, E12) in the year:
    take it out, or correct the reason for leaving.
    """
    rows, episodes = current(records, AD1), care(records)
    return those(rows, ~rows.person_id.isin(episodes.person_id[episodes.rec.isin(ADOPTED)]))


@check("ADO-04", severity="error", table=AD1, fields=["date_int", "matched_date"], needs=[EPISODES])
def an_adoption_goes_step_by_step(records: Records) -> pd.Index:
    """The decision to place for adoption, the match and the adoption are not in this order: correct the dates."""
    rows, episodes = current(records, AD1), care(records)
    adopted = episodes[episodes.rec.isin(ADOPTED)].drop_duplicates("person_id", keep="last")
    on = of_child(rows, adopted.set_index("person_id").ended)
    return those(rows, (rows.matched_date < rows.date_int) | (rows.date_int > on) | (rows.matched_date > on))


@check("ADO-05", severity="error", table=AD1, fields=["foster_care"], needs=[EPISODES])
def foster_carers_who_adopt_were_the_carers(records: Records) -> pd.Index:
    """Whether the foster carers adopted the child (FOSTER_CARE) is not what its last placement says: Y goes with A3
    and A5, N with A4 and A6.
    """
    rows, episodes = current(records, AD1), care(records)
    adopted = episodes[episodes.rec.isin(ADOPTED)].drop_duplicates("person_id", keep="last")
    place = of_child(rows, adopted.set_index("person_id").place)
    by_others = rows.foster_care & place.isin(["A4", "A6"])
    return those(rows, by_others | (~rows.foster_care & place.isin(["A3", "A5"])))


@check("ADO-06", severity="error", table=AD1, fields=["nb_adoptr", "sex_adoptr", "ls_adoptr"])
def the_adopters_are_as_many_as_they_are(records: Records) -> pd.Index:
    """The number of adopters is neither one nor two, or is not what their sex or legal status says: correct the one
    that is wrong.
    """
    rows = current(records, AD1)
    alone = rows.nb_adoptr == 1
    by_sex = rows.sex_adoptr.isin(ONE_ADOPTER).where(rows.sex_adoptr.notna())
    by_status = (rows.ls_adoptr == SINGLE).where(rows.ls_adoptr.notna())
    differ = [(alone != told.astype("boolean")).fillna(False) for told in (by_sex, by_status)]
    return those(rows, rows.nb_adoptr.notna() & (~rows.nb_adoptr.isin([1, 2]) | differ[0] | differ[1]))


@check("ADO-07", severity="error", table=EPISODES, fields=["cla_placement_type"], needs=[PLACED])
def who_is_placed_has_a_decision(records: Records) -> pd.Index:
    """The child is placed for adoption (A3 to A6), and no decision that it should be is recorded by that day: add
    the decision, or correct its date.
    """
    rows = care(records)
    decided = records.history(PLACED).groupby("person_id")[DECIDED].min()
    placed = rows[rows.place.isin(FOR_ADOPTION) & ~rows.last_place.isin(FOR_ADOPTION)]
    on = of_child(placed, decided)
    return those(placed, on.isna() | (on > placed.began))


@check("ADO-08", severity="error", table=PLACED, fields=[REVERSED, "decision_reversed_reason"])
def a_decision_reversed_says_when_and_why(records: Records) -> pd.Index:
    """The decision to place the child for adoption was reversed and no reason is given, or one is given and no
    date: fill in the other.
    """
    rows = current(records, PLACED)
    return those(rows, rows[REVERSED].isna() != rows.decision_reversed_reason.isna())


@check("ADO-09", severity="error", table=PLACED, fields=[REVERSED], needs=[EPISODES])
def nobody_stays_placed_against_a_decision(records: Records) -> pd.Index:
    """The decision was reversed, no later one was made, and the child is still placed for adoption after it: end
    the placement, or correct the reversal.
    """
    rows, episodes = current(records, PLACED), care(records)
    placed = episodes[episodes.place.isin(FOR_ADOPTION)]
    until = placed.ended.fillna(records.quarter.end + pd.Timedelta(days=1)).groupby(placed.person_id).max()
    latest = rows.groupby("person_id")[DECIDED].transform("max")
    return those(rows, (rows[DECIDED] == latest) & (of_child(rows, until) > rows[REVERSED]))


@check("ADO-10", severity="query", table=PLACED, fields=[DECIDED], needs=[EPISODES])
def a_decision_is_of_a_child_in_care(records: Records) -> pd.Index:
    """The decision that the child should be placed for adoption was made before it came into care: check both dates."""
    rows = current(records, PLACED)
    entered = records.cla_periods.groupby("person_id").entered_care_date.min()
    return those(rows, rows[DECIDED] < of_child(rows, entered))


@check("ADO-11", severity="query", table=AD1, fields=["date_int"], needs=[PLACED])
def ad1_knows_the_decision(records: Records) -> pd.Index:
    """The date of the decision (AD1) is none of those in the list of children to be placed for adoption: check
    which is right.
    """
    rows = current(records, AD1)
    told = records.history(PLACED)[["person_id", DECIDED]]
    known = pd.MultiIndex.from_frame(rows[["person_id", "date_int"]]).isin(pd.MultiIndex.from_frame(told))
    return those(rows, rows.date_int.notna() & rows.person_id.isin(told.person_id) & ~known)


@check(
    "ADO-12", severity="error", table=BEFORE, fields=["previous_permanence_option", "previous_permanence_order_date"]
)
def what_never_was_has_no_date(records: Records) -> pd.Index:
    """The child never left care by a permanence order before (Z1), and a date or authority of one is given: correct
    one of the two.
    """
    rows = current(records, BEFORE)
    told = rows.previous_permanence_order_date.notna() | rows.previous_permanence_la.notna()
    return those(rows, (rows.previous_permanence_option == NEVER_BEFORE) & told)


@check("ADO-13", severity="error", table=BEFORE, fields=["previous_permanence_order_date"], needs=[EPISODES])
def a_permanence_order_came_before_care(records: Records) -> pd.Index:
    """The earlier permanence order is dated after the child last came into care: correct the date."""
    rows = current(records, BEFORE)
    entered = records.cla_periods.groupby("person_id").entered_care_date.max()
    return those(rows, rows.previous_permanence_order_date > of_child(rows, entered))


def _all_year(records: Records) -> pd.Series:
    """Children looked after all of the twelve months to the extract's end, without short breaks."""
    end = records.quarter.end
    periods = records.cla_periods
    now = (periods.collection_year == records.quarter.collection_year).fillna(True)
    first_day = end + pd.Timedelta(days=1) - YEAR
    whole = now & (periods.entered_care_date <= first_day) & ~(periods.ceased_date <= end)
    return periods.person_id[whole]


@check("HEA-01", severity="error", table=OC2, fields=["person_id"], needs=[EPISODES])
def health_is_told_of_a_year_in_care(records: Records) -> pd.Index:
    """The child has health and outcomes (OC2), and was not looked after for all of the twelve months: take it out,
    or correct its episodes.
    """
    rows = current(records, OC2)
    return those(rows, ~rows.person_id.isin(_all_year(records)))


@check("HEA-02", severity="error", table=EPISODES, fields=["person_id"], needs=[OC2])
def a_year_in_care_has_its_health_told(records: Records) -> pd.Index:
    """The child was looked after for all of the twelve months, and has no health and outcomes (OC2): add it, or the
    shares of those who have them are wrong.
    """
    told = this_years(records, OC2).person_id
    rows = care(records).drop_duplicates("person_id", keep="last")
    return those(rows, rows.person_id.isin(_all_year(records)) & ~rows.person_id.isin(told))


@check(
    "HEA-03",
    severity="error",
    table=OC2,
    fields=["immunisations", "teeth_check", "health_assessment", "substance_misuse"],
)
def health_is_told_whole(records: Records) -> pd.Index:
    """Immunisations, dental check, health assessment or substance misuse are not told: fill them in; what was not
    done is N.
    """
    rows = current(records, OC2)
    told = ["immunisations", "teeth_check", "health_assessment", "substance_misuse"]
    return those(rows, rows[told].isna().any(axis=1))


@check("HEA-04", severity="error", table=OC2, fields=["sdq_score"])
def an_sdq_score_is_0_to_40(records: Records) -> pd.Index:
    """The score of the strengths and difficulties questionnaire is not between 0 and 40: correct it."""
    rows = current(records, OC2)
    return those(rows, ~rows.sdq_score.between(0, SDQ_HIGHEST))


@check("HEA-05", severity="error", table=OC2, fields=["sdq_score", "sdq_reason"], needs=["person.dob"])
def an_sdq_has_a_score_or_a_reason(records: Records) -> pd.Index:
    """The child is 4 to 16, and has neither a score of the questionnaire nor a reason why not, or has both: fill in
    one of the two.
    """
    rows = current(records, OC2)
    asked = _age(records, rows).between(*SDQ_AGES)
    return those(rows, asked & (rows.sdq_score.isna() == rows.sdq_reason.isna()))


@check(
    "HEA-06", severity="error", table=OC2, fields=["substance_misuse", "intervention_received", "intervention_offered"]
)
def help_goes_with_a_problem(records: Records) -> pd.Index:
    """Help with substance misuse is told of a child without a problem, or none of a child with one, or both that it
    was received and that it was offered: say which.
    """
    rows = current(records, OC2)
    received, offered = rows.intervention_received, rows.intervention_offered
    needless = ~rows.substance_misuse & (received.notna() | offered.notna())
    untold = rows.substance_misuse & (received.isna() | (~received & offered.isna()) | (received & offered.notna()))
    return those(rows, needless.fillna(False) | untold.fillna(False))


@check("HEA-07", severity="error", table=OC2, fields=["convicted"], needs=["person.dob"])
def convictions_are_told_from_10(records: Records) -> pd.Index:
    """Convictions are told of a child under 10, who can have none, or are not told of one of 10 or older: take them
    out, or fill them in.
    """
    rows = current(records, OC2)
    return those(rows, (_age(records, rows) < CRIMINAL_RESPONSIBILITY) == rows.convicted.notna())


@check("HEA-08", severity="error", table=OC2, fields=["health_check"], needs=["person.dob"])
def development_is_checked_under_5(records: Records) -> pd.Index:
    """Development checks (HEALTH_CHECK) are for children under five, and are told of an older one, or not of a
    younger: take it out, or fill it in.
    """
    rows = current(records, OC2)
    young = _age(records, rows) < HEALTH_CHECK_UNDER
    return those(rows, young == rows.health_check.isna())


def _age(records: Records, rows: pd.DataFrame) -> pd.Series:
    """Age on the extract's last day."""
    dob = beside(records, rows, "person", "person_id", ["dob"]).dob
    return age_on(dob, at_end(records, rows))
