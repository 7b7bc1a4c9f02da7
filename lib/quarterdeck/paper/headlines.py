"""The sentence that heads each measure: what happened, in a figure, against a year before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from quarterdeck.measures.registry import Measure
from quarterdeck.paper import words
from quarterdeck.quarter import Quarter


@dataclass(frozen=True)
class Phrase:
    """How a measure is said.

    Parameters
    ----------
    says : the sentence, with {v} for the value and, where it may say so, {fewer} for "Fewer", "More" or "As many".
    of : what the value is of, for when it can't be given: "the share of reviews held on time".
    """

    says: str
    of: str


PHRASES = {
    "assessments_in_45_days": Phrase(
        "{v} of social work assessments were finished in 45 working days",
        "the share of assessments finished in 45 working days",
    ),
    "assessment_duration": Phrase("Half of assessments took {v} or less", "the time an assessment takes"),
    "assessment_outcomes": Phrase(
        "{v} of assessments led to no further action", "the share of assessments that led to no further action"
    ),
    "assessment_factors": Phrase(
        "Assessments found a risk or a need in {v} of cases", "the share of cases in which a risk or need was found"
    ),
    "repeat_assessments": Phrase(
        "{v} of assessments were repeats within 12 months", "the share of assessments that were repeats"
    ),
    "referrals": Phrase("{v} referrals came in this quarter", "the number of referrals"),
    "contacts": Phrase("The front door took {v} contacts this quarter", "the number of contacts"),
    "contacts_to_referrals": Phrase("{v} of contacts became referrals", "the share of contacts that became referrals"),
    "contact_decisions_in_1_day": Phrase(
        "{v} of contacts were decided in one working day", "the share of contacts decided in one working day"
    ),
    "referral_no_further_action": Phrase(
        "{v} of referrals led to no further action", "the share of referrals that led to no further action"
    ),
    "step_downs": Phrase(
        "{v} of cases stepped down to early help were back within six months",
        "the share of cases stepped down that came back",
    ),
    "early_help": Phrase("{v} early help assessments began this quarter", "the number of early help assessments"),
    "early_help_open": Phrase("Early help is at work in {v} cases", "the number of early help cases"),
    "early_help_step_ups": Phrase(
        "{v} of early help that ended was stepped up to social care", "the share of early help that was stepped up"
    ),
    "rereferrals_12_months": Phrase(
        "{v} of children referred had been referred within the last 12 months", "the share of repeat referrals"
    ),
    "strategy_discussions": Phrase("{v} strategy discussions began in {month}", "the number of strategy discussions"),
    "section_47_rate": Phrase(
        "Over 12 months, {v} section 47 enquiries were made for every 10,000 children",
        "the rate of section 47 enquiries",
    ),
    "icpc_in_15_days": Phrase(
        "{v} of first conferences were held in 15 working days", "the share of first conferences held in time"
    ),
    "cp_plan_rate": Phrase(
        "{fewer} children are on child protection plans: {v} in every 10,000", "the rate of child protection plans"
    ),
    "cp_starts_and_ceases": Phrase("", "the number of child protection plans started and ended"),
    "cp_end_reasons": Phrase(
        "Of plans ended since April, {v} ended with the child in care",
        "the share of plans that ended as the child came into care",
    ),
    "cp_duration_at_end": Phrase(
        "{v} of plans that ended since April had run for two years or more",
        "the share of plans that ran for two years or more",
    ),
    "cp_repeat_plans": Phrase(
        "{v} of plans begun since April were for a child with a plan before", "the share of repeat plans"
    ),
    "cp_plans_over_2_years": Phrase(
        "{v} of open plans have run for two years or more", "the share of plans open for two years or more"
    ),
    "cp_reviews_in_time": Phrase(
        "{v} of child protection plans were reviewed on time", "the share of plans reviewed on time"
    ),
    "cp_visits_in_time": Phrase(
        "{v} of children on plans were seen in time by a social worker", "the share of children on plans seen in time"
    ),
    "social_worker_changes": Phrase(
        "{v} of children in care or on plans had three or more social workers in a year",
        "the share of children with three or more social workers in a year",
    ),
    "pre_proceedings": Phrase("{v} families are in pre-proceedings", "the number of families in pre-proceedings"),
    "pre_proceedings_outcomes": Phrase(
        "{v} of families whose pre-proceedings ended since April went to court",
        "the share of families that went to court",
    ),
    "legal_advice_days": Phrase(
        "Half of the requests for legal advice took {v} or less", "the time that legal advice takes"
    ),
    "care_proceedings": Phrase(
        "{v} of care cases that ended in court since April took 26 weeks or less",
        "the share of care cases that took 26 weeks or less",
    ),
    "cin_open_over_16_weeks": Phrase(
        "{v} of child-in-need plans have been open for more than 16 weeks",
        "the share of plans open for more than 16 weeks",
    ),
    "cin_plan_rate_safeguarding": Phrase(
        "{fewer} children have a child-in-need plan: {v} in every 10,000", "the rate of child-in-need plans"
    ),
    "cin_rate": Phrase(
        "{fewer} children are in need by the national count: {v} in every 10,000",
        "the national rate of children in need",
    ),
    "cin_open_over_9_months": Phrase(
        "{v} of child-in-need plans have been open for more than nine months",
        "the share of plans open for more than nine months",
    ),
    "cin_share_of_safeguarding": Phrase(
        "{v} of the safeguarding teams’ cases are children in need", "the share of cases that are children in need"
    ),
    "open_cases": Phrase("{v} children have an open case", "the number of open cases"),
    "missing_from_home": Phrase(
        "{v} children went missing from home in {month}", "the number of children missing from home"
    ),
    "missing_from_care": Phrase(
        "{v} children went missing from care in {month}", "the number of children missing from care"
    ),
    "return_interviews_home": Phrase(
        "A return interview was held in 72 hours for {v} of times missing from home",
        "the share of return interviews done in 72 hours",
    ),
    "return_interviews_care": Phrase(
        "A return interview was held in 72 hours for {v} of times missing from care",
        "the share of return interviews done in 72 hours",
    ),
    "exploitation_at_month_end": Phrase(
        "{v} children were flagged for sexual exploitation at the end of {month}",
        "the number of children flagged for sexual exploitation",
    ),
    "cla_rate": Phrase("{fewer} children are in care: {v} in every 10,000", "the rate of children in care"),
    "cla_starts_and_ceases": Phrase("", "the number of children who came into care and left it"),
    "cla_health_annual": Phrase(
        "{v} of children in care for a year had a health check", "the share of children in care with a health check"
    ),
    "cla_sdq_annual": Phrase(
        "{v} of scores of strengths and difficulties were a concern", "the share of scores that were a concern"
    ),
    "cla_children_started": Phrase("{v} children came into care since 1 April", "the number who came into care"),
    "cin_started": Phrase("Help for children in need began {v} times since 1 April", "how often help began"),
    "cin_ended": Phrase("Help for children in need ended {v} times since 1 April", "how often help ended"),
    "time_in_care_at_exit": Phrase(
        "Half of the children who left care had been in it for {v} or less", "the time children had been in care"
    ),
    "review_participation": Phrase(
        "Children took part in {v} of their reviews", "the share of reviews in which children took part"
    ),
    "review_timeliness": Phrase(
        "{v} of reviews of children in care were held on time", "the share of reviews held on time"
    ),
    "three_plus_placements": Phrase(
        "{v} of children in care had three or more placements in 12 months",
        "the share of children with three or more placements",
    ),
    "placement_costs": Phrase("A placement costs {v} a week on average", "the average cost of a placement"),
    "placement_numbers": Phrase("The council pays for {v} placements", "the number of placements"),
    "placement_annual_cost": Phrase(
        "Placements at this level would cost {v} over a year", "the cost of placements over a year"
    ),
    "placement_numbers_above_forecast": Phrase(
        "Placements stand {v} above forecast", "the number of placements above forecast"
    ),
    "placement_cost_above_budget": Phrase(
        "Over a year, placements would cost {v} above budget", "the cost of placements above budget"
    ),
    "placement_mix": Phrase("{v} of children in care live in foster care", "the share of children in foster care"),
    "external_share_residential": Phrase(
        "{v} of children in residential care live in outside homes", "the share of residential care bought from outside"
    ),
    "external_share_fostering": Phrase(
        "{v} of foster homes, kin apart, are bought from outside", "the share of foster care bought from outside"
    ),
    "placed_out_of_county": Phrase(
        "{v} of children in care live outside the council's area",
        "the share of children placed outside the council's area",
    ),
    "placed_over_20_miles": Phrase(
        "{v} of children in care live over 20 miles off, outside the area",
        "the share of children placed over 20 miles away",
    ),
    "over_18_in_placement": Phrase(
        "{v} people aged 18 or over live in homes the council pays for",
        "the number of young people aged 18 or over in placements",
    ),
    "caseloads": Phrase("Social workers hold {v} cases each on average", "the number of cases that each worker holds"),
    "caseloads_over_ceiling": Phrase(
        "{v} of social workers hold more cases than the ceiling", "the share of workers over the ceiling"
    ),
    "workers_per_manager": Phrase("There are {v} workers to each manager", "the number of workers to each manager"),
    "vacancy_rate": Phrase("{v} of social work posts have no employee in them", "the share of posts that are vacant"),
    "turnover": Phrase(
        "Turnover of social workers and managers was {v} over 12 months", "the turnover of social workers"
    ),
    "supervision_in_time": Phrase(
        "{v} of supervision sessions due were held in time", "the share of supervision held in time"
    ),
    "reflective_supervision": Phrase(
        "{v} of supervision was reflective", "the share of supervision that was reflective"
    ),
    "compliments_and_complaints": Phrase("{v} complaints came in this quarter", "the number of complaints"),
    "complaints_answered_in_time": Phrase(
        "Over 12 months, {v} of complaints were answered in time", "the share of complaints answered in time"
    ),
    "care_leaver_accommodation": Phrase(
        "{v} of care leavers live in a suitable home", "the share of care leavers in a suitable home"
    ),
    "care_leaver_in_touch": Phrase(
        "The council is in touch with {v} of care leavers", "the share of care leavers in touch"
    ),
    "care_leaver_activity": Phrase(
        "{v} of care leavers study, train or work", "the share of care leavers who study, train or work"
    ),
    "care_leaver_accommodation_annual": Phrase(
        "{v} of care leavers lived in a suitable home in the year",
        "the year’s share of care leavers in a suitable home",
    ),
    "care_leaver_in_touch_annual": Phrase(
        "The council was in touch with {v} of care leavers in the year", "the year’s share of care leavers in touch"
    ),
    "care_leaver_activity_annual": Phrase(
        "{v} of care leavers studied, trained or worked in the year",
        "the year’s share of care leavers who study, train or work",
    ),
    "pathway_plans_up_to_date": Phrase("{v} of pathway plans are up to date", "the share of plans up to date"),
    "adviser_by_17": Phrase(
        "{v} of those aged 17 have a personal adviser", "the share of those aged 17 with an adviser"
    ),
    "bed_and_breakfast": Phrase(
        "{v} young people live in bed and breakfast", "the number of young people in bed and breakfast"
    ),
    "homeless_16_17": Phrase(
        "Young people of 16 and 17 came as homeless {v} times in a year", "the number who came as homeless"
    ),
    "edge_of_care": Phrase(
        "{v} of children were at home six months after work to keep them there",
        "the share of children at home six months after such work",
    ),
    "private_fostering": Phrase(
        "{v} of private fostering arrangements were visited in seven working days",
        "the share of private fostering arrangements visited in seven working days",
    ),
    "designated_officer": Phrase(
        "{v} of allegations about staff were closed in one month",
        "the share of allegations closed in one month",
    ),
    "missing_education": Phrase(
        "{v} children were missing education at the end of {month}", "the number of children missing education"
    ),
    "education_of_cla": Phrase(
        "{v} of personal education plans are up to date", "the share of personal education plans up to date"
    ),
    "mental_health_pathway": Phrase(
        "Half of those referred to mental health services were seen within {v}",
        "the time until mental health services see a young person",
    ),
    "long_term_stability": Phrase(
        "{v} of those long in care have been settled for two years", "the share of those long in care who are settled"
    ),
    "permanence_timeliness": Phrase(
        "Half of those placed for adoption had waited {v} or less", "the time until children are placed"
    ),
    "agency_rate": Phrase("{v} of social workers and their managers are agency staff", "the share of agency staff"),
    "audit_grades": Phrase(
        "{v} of case audits were graded good or better", "the share of audits graded good or better"
    ),
    "audits_appropriate": Phrase(
        "{v} of audited decisions were right for the child", "the share of decisions that were right"
    ),
    "audit_agreement": Phrase(
        "{v} of audits were graded the same when checked", "the share of audits graded the same when checked"
    ),
}
COUNTED = {
    "assessments_in_45_days": "In 45 working days",
    "assessment_outcomes": "No further action",
    "repeat_assessments": "Repeats",
    "rereferrals_12_months": "Repeats",
    "contacts_to_referrals": "Became referrals",
    "contact_decisions_in_1_day": "In one working day",
    "referral_no_further_action": "No further action",
    "step_downs": "Back within six months",
    "early_help_step_ups": "Stepped up",
    "icpc_in_15_days": "In 15 working days",
    "cp_end_reasons": "Came into care",
    "cp_duration_at_end": "Two years or more",
    "cp_repeat_plans": "Repeats",
    "cp_plans_over_2_years": "Two years or more",
    "cp_reviews_in_time": "On time",
    "cp_visits_in_time": "Seen in time",
    "social_worker_changes": "Three or more",
    "pre_proceedings_outcomes": "Went to court",
    "care_proceedings": "In 26 weeks",
    "cin_open_over_16_weeks": "Over 16 weeks",
    "cin_open_over_9_months": "Over nine months",
    "cin_share_of_safeguarding": "Children in need",
    "return_interviews_home": "Interviewed in 72 hours",
    "return_interviews_care": "Interviewed in 72 hours",
    "review_participation": "Child took part",
    "review_timeliness": "On time",
    "three_plus_placements": "Three or more placements",
    "placement_mix": "In foster care",
    "external_share_residential": "External",
    "external_share_fostering": "External",
    "placed_out_of_county": "Outside the council's area",
    "placed_over_20_miles": "Over 20 miles away",
    "caseloads": "Cases",
    "caseloads_over_ceiling": "Over the ceiling",
    "workers_per_manager": "Workers",
    "vacancy_rate": "Vacant",
    "turnover": "Leavers",
    "supervision_in_time": "Held in time",
    "reflective_supervision": "Reflective",
    "complaints_answered_in_time": "Answered in time",
    "care_leaver_accommodation": "In a suitable home",
    "care_leaver_in_touch": "In touch",
    "care_leaver_activity": "Study, train or work",
    "care_leaver_accommodation_annual": "In a suitable home",
    "care_leaver_in_touch_annual": "In touch",
    "care_leaver_activity_annual": "Study, train or work",
    "pathway_plans_up_to_date": "Up to date",
    "adviser_by_17": "Have an adviser",
    "edge_of_care": "At home",
    "private_fostering": "Visited in time",
    "designated_officer": "Closed in one month",
    "education_of_cla": "Up to date",
    "long_term_stability": "Settled for two years",
    "agency_rate": "Agency staff",
    "audit_grades": "Good or better",
    "audits_appropriate": "Right for the child",
    "audit_agreement": "Graded the same",
}
"""What the numerator of a percentage or a mean counts, as the head of its column."""
_FLOWS = {
    "cp_starts_and_ceases": ("child protection plans", "started", "ended", "started", "ended"),
    "cla_starts_and_ceases": ("children", "came into care", "left it", "started", "ended"),
}


def headline(measure: Measure, figures: pd.DataFrame, quarter: Quarter, verdict: str = "usual", lacks: str = "") -> str:
    """A sentence with a verb and the figure, made from the figures of the copy it stands in.

    Parameters
    ----------
    measure : from the catalogue.
    figures : rows of the figures frame, of this measure or of all, as the audience may see them.
    quarter : the paper's own.
    verdict : `figures.change.Verdict.kind`; "unusually high" is said of a rise and "unusually low" of a fall.
    lacks : what the authority has not set and the measure asks for, as "no ceiling set"; see `View.lacks`.

    Returns
    -------
    The sentence without a full stop. A hidden or absent value is named as such, and never given in words.
    """
    rows = figures[figures["measure"] == measure.id] if "measure" in figures else figures
    phrase = PHRASES.get(measure.id, Phrase(measure.short + ": {v}", measure.short))
    if measure.id in _FLOWS:
        return _flow(rows, measure, quarter, phrase)
    now, status = _value(rows, measure, quarter, *measure.category)
    if np.isnan(now):
        return f"{words.sentence(phrase.of)} cannot be told: {lacks}" if lacks else _none(phrase, status)
    then, _ = _value(rows, measure, quarter.minus(4), *measure.category)
    since = "a year before"
    if np.isnan(then):
        then, _ = _value(rows, measure, quarter.minus(1), *measure.category)
        since = "the quarter before" if measure.headline != "month" else "three months before"
    decimals = _decimals(measure, now, then)
    shown = words.amount(now, measure.unit, decimals)
    change = "" if np.isnan(then) else f", {words.change(now, then, measure.unit, decimals, since)}"
    says = phrase.says
    if "{fewer}" in says:
        lately, _ = _value(rows, measure, quarter.minus(1), *measure.category)
        says, change = _counted(says, (now, lately, then), decimals, change)
        then = lately if (now - lately) * (now - then) < 0 else then
    elif now < 0 and " above " in says:
        says, shown, change = says.replace(" above ", " below "), words.amount(-now, measure.unit, decimals), ""
    said = says.replace("{v}", shown).replace("{month}", f"{quarter.end:%B}") + change
    moved = 0.0 if np.isnan(then) else now - then
    same_way = not moved or (moved > 0) == verdict.endswith("high")
    unusual = "; that is more than the usual ups and downs" if verdict.startswith("unusually") and same_way else ""
    return words.sentence(said) + unusual


def _counted(says: str, values: tuple[float, float, float], decimals: int, change: str) -> tuple[str, str]:
    """Whether there are fewer or more than a year before; and than a quarter before, where that went the other way."""
    now, lately, then = (float(words.rounded(value, decimals)) if not np.isnan(value) else value for value in values)
    if np.isnan(then):
        return f"{{v}} in every 10,000 {says.removeprefix('{fewer} ').split(':')[0]}", ""
    if not np.isnan(lately) and (now - lately) * (now - then) < 0:
        fewer, moved, other = ("Fewer", "down", "up") if now < lately else ("More", "up", "down")
        before, year = words.number(lately, decimals), words.number(then, decimals)
        return says.replace(
            "{fewer}", fewer
        ), f", {moved} from {before} last quarter but {other} from {year} a year before"
    fewer = "As many" if now == then else "Fewer" if now < then else "More"
    return says.replace("{fewer}", fewer), change


def _decimals(measure: Measure, now: float, then: float) -> int:
    """Whole percentages where the change is a point or more, so that a sentence reads as people speak.

    Not where a reader who rounds the figure as it is printed elsewhere would come to another: 70.5% for 70.48.
    """
    plain = all(
        words.rounded(float(words.rounded(value, measure.decimals))) == words.rounded(value)
        for value in (now, then)
        if not np.isnan(value)
    )
    if measure.unit == "percent" and plain and (np.isnan(then) or abs(now - then) >= 1):
        return 0
    return measure.decimals


def _value(rows: pd.DataFrame, measure: Measure, quarter: Quarter, breakdown: str, category: str) -> tuple[float, str]:
    found = rows[
        (rows["kind"] == measure.headline)
        & (rows["end"] == quarter.end)
        & (rows["breakdown"] == breakdown)
        & (rows["category"] == category)
    ]
    if found.empty:
        return float("nan"), "x"
    value, status = float(found["value"].iloc[0]), str(found["status"].iloc[0])
    return (float("nan"), status) if status in words.STATUS_WORDS else (value, status)


def _none(phrase: Phrase, status: str) -> str:
    subject = words.sentence(phrase.of)
    return f"{subject} is {words.STATUS_WORDS.get(status, words.NOT_AVAILABLE)}"


def _flow(rows: pd.DataFrame, measure: Measure, quarter: Quarter, phrase: Phrase) -> str:
    what, came, went, into, out = _FLOWS[measure.id]
    (begun, status), (ended, other) = (_value(rows, measure, quarter, "flow", name) for name in (into, out))
    if np.isnan(begun) or np.isnan(ended):
        return _none(phrase, status if np.isnan(begun) else other)
    a, b = words.number(begun), words.number(ended)
    since = "since April"
    if begun == ended:
        return f"As many {what} {came} as {went} {since}: {a} of each"
    if what == "children":
        more = f"More children {came if begun > ended else 'left care'} than {went if begun > ended else came}"
        return f"{more} {since}: {max(begun, ended):,.0f} against {min(begun, ended):,.0f}"
    more = f"More {what} {came if begun > ended else went} than {went if begun > ended else came}"
    return f"{more} {since}: {a if begun > ended else b} against {b if begun > ended else a}"
