"""The list of rules and the runner: what a rule may be, what it gives, and that it changes nothing."""

from __future__ import annotations

import copy
from dataclasses import replace

import pandas as pd
import pytest

from quarterdeck.authority import PlacementType
from quarterdeck.checks import check, registry, rules, run
from quarterdeck.checks.registry import Check
from quarterdeck.checks.rows import current, earlier, held_from, off_duty, tells
from quarterdeck.records import Records
from quarterdeck.records.tables import TABLES

REFERRAL = {"referral_id": "R1", "person_id": "A", "referral_date": "2017-05-01", "referral_nfa": False}


def a_rule(function, **more) -> Check:
    """A rule that is not in the list."""
    asked = {"severity": "query", "table": "cin_episodes", "fields": ("referral_date",), "needs": ()} | more
    return Check("TST-01", function, **asked)


def every_row(records: Records) -> pd.Index:
    """All of them."""
    return records.cin_episodes.index


def state_of(records: Records, rule: Check) -> dict[str, object]:
    return run(records, [rule]).rules.iloc[0].to_dict()


@pytest.fixture
def own_list(monkeypatch):
    """A list of rules that a test may add to."""
    monkeypatch.setattr(registry, "RULES", dict(registry.RULES))


# the runner


def test_a_rule_whose_table_no_return_gave_is_not_run_and_does_not_pass(small_records):
    found = state_of(small_records(person=[]), a_rule(every_row))
    assert (found["state"], found["reason"]) == ("not run", "no return gave cin_episodes")


def test_a_rule_that_needs_another_table_is_not_run_without_it(small_records):
    found = state_of(small_records(cin_episodes=[REFERRAL]), a_rule(every_row, needs=("cp_plans",)))
    assert (found["state"], found["reason"]) == ("not run", "no return gave cp_plans")


def test_a_rule_that_reads_a_table_it_did_not_name_is_not_run_without_it(small_records):
    found = state_of(small_records(cin_episodes=[REFERRAL]), a_rule(lambda records: records.cp_plans.index))
    assert (found["state"], found["reason"]) == ("not run", "no return gave cp_plans")


def test_a_rule_on_a_column_that_is_empty_in_every_row_is_not_run(small_records):
    rule = a_rule(every_row, needs=("cin_episodes.close_date",))
    found = state_of(small_records(cin_episodes=[REFERRAL]), rule)
    assert (found["state"], found["reason"]) == ("not run", "no return gave close date (cin_episodes)")
    closed = small_records(cin_episodes=[REFERRAL, REFERRAL | {"referral_id": "R2", "close_date": "2017-06-01"}])
    assert state_of(closed, rule)["state"] == "failed"


def test_a_column_that_only_an_earlier_extract_told_is_not_told(small_records):
    before = REFERRAL | {"referral_date": "2016-05-01", "close_date": "2016-06-01", "collection_year": 2017}
    records = small_records(cin_episodes=[before, REFERRAL | {"collection_year": 2018}])
    assert not tells(records, "cin_episodes.close_date")
    assert tells(records, "cin_episodes.referral_date")


def test_a_table_without_rows_passes_and_says_that_none_was_checked(small_records):
    found = state_of(small_records(cin_episodes=[]), a_rule(every_row, needs=("cin_episodes.close_date",)))
    assert (found["state"], found["checked"]) == ("passed", 0)


def test_only_rows_of_the_current_extract_and_of_no_year_are_judged(small_records):
    rows = [REFERRAL | {"referral_id": f"R{year}", "collection_year": year} for year in (2017, 2018, None)]
    outcome = run(small_records(cin_episodes=rows), [a_rule(every_row)])
    assert outcome.rules.iloc[0][["checked", "failing"]].tolist() == [2, 2]


def test_a_failing_row_is_told_by_its_child_and_its_key(small_records):
    outcome = run(small_records(cin_episodes=[REFERRAL]), [a_rule(every_row)])
    assert outcome.failing.to_dict("records") == [
        {"code": "TST-01", "table": "cin_episodes", "person_id": "A", "row": "referral_date 01/05/2017"}
    ]


def test_a_row_whose_key_is_partly_empty_is_still_told(small_records):
    outcomes = [{"assessment_id": "A1", "outcome": "unheard of"}, {"assessment_id": "A2", "outcome": "still open"}]
    failing = run(small_records(assessment_outcomes=outcomes), [rules()["LOC-03"]]).failing.iloc[0]
    assert failing.person_id == ""
    assert failing.row == "assessment_start_date (empty), assessment_id A1"


def test_what_is_wrong_with_a_whole_table_is_told_in_words_and_no_child_is_named(small_records):
    outcome = run(small_records(cin_episodes=[REFERRAL]), [a_rule(lambda records: "it is old")])
    assert outcome.rules.iloc[0][["state", "reason", "failing"]].tolist() == ["failed", "it is old", 0]
    assert outcome.failing.empty
    assert run(small_records(cin_episodes=[REFERRAL]), [a_rule(lambda records: "")]).rules.state.tolist() == ["passed"]


def test_a_rule_that_finds_rows_its_table_does_not_have_is_at_fault(small_records):
    with pytest.raises(ValueError, match="TST-01 found rows that cin_episodes does not have"):
        run(small_records(cin_episodes=[REFERRAL]), [a_rule(lambda records: pd.Index([7]))])


def test_a_fault_in_a_rule_says_which_rule_it_is_in(small_records):
    def broken(records: Records) -> pd.Index:
        raise KeyError("no such column")

    with pytest.raises(KeyError) as fault:
        run(small_records(cin_episodes=[REFERRAL]), [a_rule(broken)])
    assert fault.value.__notes__ == ["in the rule TST-01"]


# the list


def test_two_rules_may_not_share_a_code(own_list):
    def one(records: Records) -> pd.Index:
        """One."""
        return every_row(records)

    def other(records: Records) -> pd.Index:
        """Other."""
        return every_row(records)

    register = check("TST-02", severity="error", table="cin_episodes", fields=["referral_date"])
    register(one)
    with pytest.raises(ValueError, match="two rules are called TST-02"):
        register(other)


def test_a_rule_must_have_a_message(own_list):
    with pytest.raises(ValueError, match="TST-03 has no message"):
        check("TST-03", severity="error", table="cin_episodes", fields=[])(lambda records: records.person.index)


@pytest.mark.parametrize(
    "named",
    [
        {"table": "cin_episode"},
        {"fields": ["referal_date"]},
        {"needs": ["cp_plan"]},
        {"needs": ["cp_plans.end_date"]},
    ],
)
def test_a_rule_may_name_no_table_or_column_that_there_is_not(own_list, named):
    asked = {"severity": "error", "table": "cin_episodes", "fields": ["referral_date"], "needs": []} | named
    with pytest.raises(ValueError, match="which no canonical table has"):
        check("TST-04", **asked)(every_row)


def test_every_rule_says_in_a_sentence_what_is_wrong():
    for code, rule in rules().items():
        assert rule.message.endswith("."), code
        assert "{" not in rule.message, code
        assert rule.fields, code
    assert len({rule.message for rule in rules().values()}) == len(rules())


# every rule


@pytest.fixture
def everything(small_records):
    """Records with every table, two years of it, and a value in every column."""
    told = {"str": ["A", "B"], "datetime64[us]": ["2017-05-01", "2017-11-30"], "Int64": [1, 0]}
    told |= {"float64": [1.0, 2.0], "boolean": [True, False]}
    tables = {}
    for name, table in TABLES.items():
        kinds = {column: dtype for column, dtype in table.dtypes.items() if column != "collection_year"}
        rows = [{column: told[dtype][n] for column, dtype in kinds.items()} for n in (0, 1)]
        tables[name] = [*(row | {"collection_year": 2018} for row in rows), rows[0] | {"collection_year": 2017}]
    records = small_records(teams={"A": "safeguarding"}, **tables)
    types = ({"name": "A", "provider": "external", "group": "residential"},)
    return replace(records, authority=records.authority.model_copy(update={"placement_types": as_types(types)}))


def as_types(told):
    return tuple(PlacementType.model_validate(one) for one in told)


def test_no_rule_changes_what_it_reads(everything):
    before = copy.deepcopy(dict(everything.tables))
    first = run(everything)
    assert set(first.rules.code) == set(rules())
    for name, table in everything.tables.items():
        pd.testing.assert_frame_equal(table, before[name], check_exact=True)
        pd.testing.assert_index_equal(table.index, before[name].index, exact=True)
    for name in TABLES:  # nor what other rules will read again
        fresh = Records(everything.authority, everything.quarter, before)
        pd.testing.assert_frame_equal(current(everything, name), current(fresh, name))
        pd.testing.assert_frame_equal(everything.history(name), fresh.history(name))
    again = run(everything)
    pd.testing.assert_frame_equal(again.rules, first.rules)
    pd.testing.assert_frame_equal(again.failing, first.failing)


def test_every_rule_runs_where_every_table_tells_every_column(everything):
    states = run(everything).rules
    assert states[states.state == "not run"].code.tolist() == []


ASK_FOR_ROWS = {
    "WRK-02": "months that the workforce list should have",
    "ADO-02": "the AD1, which is cut at a year's end",
    "HEA-02": "the OC2, which is cut at a year's end",
    "CLA-EPI-23": "an earlier return to go on from",
    "CLA-EPI-24": "an earlier return to go on from",
    "COS-05": "types of placement in the profile",
    "COS-06": "types of placement in the profile",
    "COS-14": "types of placement in the profile",
}
"""Rules that do not pass where there is nothing to judge, and what they lack."""


def test_every_rule_runs_on_tables_without_a_row(small_records):
    outcome = run(small_records(**{name: [] for name in TABLES}))
    rows = outcome.rules[~outcome.rules.code.isin(ASK_FOR_ROWS)]
    assert set(rows.state) == {"passed"}, rows[rows.state != "passed"]
    assert outcome.failing.empty
    others = outcome.rules[outcome.rules.code.isin(ASK_FOR_ROWS)].set_index("code")
    assert set(others.index) == set(ASK_FOR_ROWS)
    assert "passed" not in set(others.state)


def test_no_rule_passes_where_no_return_gave_anything(small_records):
    assert set(run(small_records()).rules.state) == {"not run"}


# what rules read


def test_extracts_tell_from_1_april_of_the_earliest_and_a_source_of_no_year_of_any_day(small_records):
    rows = [REFERRAL | {"collection_year": year} for year in (2016, 2018)]
    assert held_from(small_records(cin_episodes=rows), "cin_episodes") == pd.Timestamp(2015, 4, 1)
    assert held_from(small_records(cin_episodes=[REFERRAL]), "cin_episodes") < pd.Timestamp(1990, 1, 1)


def test_a_weekend_a_bank_holiday_and_no_other_day_are_days_off():
    days = pd.Series(pd.to_datetime(["2017-12-22", "2017-12-23", "2017-12-25", "2017-12-27", None]))
    assert off_duty(days).tolist() == [False, True, True, False, False]


def test_a_source_of_no_year_is_no_earlier_extract(small_records):
    rows = [REFERRAL | {"referral_date": f"{year}-05-01", "collection_year": year} for year in (2017, 2018)]
    rows += [REFERRAL | {"referral_date": "2015-05-01"}]
    assert earlier(small_records(cin_episodes=rows), "cin_episodes").index.tolist() == [0]


def test_what_was_last_told_of_a_row_is_what_counts_as_told_earlier(small_records):
    rows = [REFERRAL | {"close_reason": f"RC{n}", "collection_year": 2015 + n} for n in (1, 2, 3)]
    assert earlier(small_records(cin_episodes=rows[::-1]), "cin_episodes").close_reason.tolist() == ["RC2"]
