"""Charts read as a page would: what is drawn, what is said, and that nothing of matplotlib's own is left."""

from __future__ import annotations

import re
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from lxml import etree

from quarterdeck.paper import charts
from quarterdeck.paper.charts import Chart
from quarterdeck.paper.charts.drawing import axis, fitting, spread, text_width, tick_decimals
from quarterdeck.paper.charts.svg import short
from quarterdeck.quarter import Quarter

Q3 = Quarter(2017, 3)
MONTHS = pd.Series(pd.date_range("2016-04-30", "2017-12-31", freq="ME"))
NAN = float("nan")


def judged(values, signals=(), trial=False):
    values = np.array(values, dtype=float)
    return pd.DataFrame(
        {
            "end": MONTHS[-len(values) :].to_numpy(),
            "value": values,
            "mean": 73.0,
            "lower_limit": 66.0,
            "upper_limit": 80.0,
            "trial": trial,
            "signal": ["outside limits" if i - len(values) in signals else "" for i in range(len(values))],
        }
    )


ASSESSMENTS = [74, 73, 71, 75, 70, 73, 74, 75, 70, 72, 71, 73, 75, 70, 70, 71, 70, 77, 88.9, 90.1, 91.1]
ENGLAND = pd.DataFrame(
    {
        "name": ["England", "England", "Neighbours"],
        "date": pd.to_datetime(["2016-03-31", "2017-03-31", "2017-03-31"]),
        "value": [43.1, 43.3, 33.4],
    }
)


def a_trend(**changed):
    given = {"key": "a-trend", "unit": "percent", "quarter": Q3, "subtitle": "% in time", "target": 85.0}
    return charts.trend(judged(ASSESSMENTS, (-3, -2, -1)), **(given | changed))


def a_stock():
    rate = pd.DataFrame({"end": MONTHS, "value": [40 + i * 0.5 for i in range(17)] + [47.3, 45.4, 43.2, 41.0]})
    net = judged([5.0] * 17 + [-17, -25, -28, -27], (-3, -2, -1)).assign(mean=1.0, lower_limit=-18.0, upper_limit=19.0)
    return charts.trend(
        rate,
        key="b-trend",
        unit="per_10k",
        quarter=Q3,
        subtitle="Plans per 10,000",
        comparators=ENGLAND,
        net=net,
        what="The rate",
    )


def a_flow():
    points = pd.DataFrame(
        {"end": MONTHS[-6:], "started": [70, 60, 62, 47, 51, 51.0], "ended": [50, 58, 66, 75, 76, 72.0]}
    )
    return charts.flow(points, key="c-flow", quarter=Q3, subtitle="Plans started and ended")


def some_bars():
    rows = pd.DataFrame(
        {
            "category": ["Foster care", "Residential & secure", "Other"],
            "value": [70.5, 11.4, NAN],
            "before": [71.0, 11.0, 2.0],
        }
    )
    beside = pd.DataFrame({"name": ["England"], "category": ["Foster care"], "value": [73.6]})
    return charts.bars(
        rows,
        key="d-bars",
        unit="percent",
        decimals=1,
        subtitle="% of children",
        comparators=beside,
        point_out="Residential & secure",
    )


BANDS = pd.DataFrame(
    {
        "category": ["same day", "1 to 10 days", "11 to 45 days", "46 to 50 days", "51 to 60 days"],
        "value": [78, 302, 792, 100, 30],
    }
)


def some_shares(rows=BANDS, **given):
    return charts.shares(
        rows, key="e-shares", subtitle="By working days", limit="11 to 45 days", within="in 45 working days", **given
    )


def a_dumbbell():
    pairs = pd.DataFrame(
        {
            "pair": ["Residential", "Fostering", "Kinship"],
            "own": [2748, 476, NAN],
            "other": [3546, 792, 389.0],
            "own_name": ["in-house"] * 3,
            "other_name": ["agency", "independent agency", ""],
        }
    )
    return charts.dumbbell(
        pairs, key="f-pairs", unit="gbp_per_week", subtitle="£ a week", more="a week dearer", less="a week cheaper"
    )


def some_multiples():
    teams = pd.concat(
        [
            pd.DataFrame({"category": name, "end": MONTHS[-12:], "value": np.linspace(70 + 3 * i, 80, 12)})
            for i, name in enumerate(["Safeguarding North", "Safeguarding South", "Family Front Door 1"])
        ]
    )
    whole = pd.DataFrame({"end": MONTHS[-12:], "value": 75.0})
    return charts.small_multiples(teams, key="g-teams", unit="percent", quarter=Q3, subtitle="% by team", whole=whole)


EVENTS = pd.DataFrame(
    {
        "date": pd.to_datetime(["2016-11-17", "2017-01-24", "2017-09-30", "2018-01-31", "2018-03-22", "2019-04-30"]),
        "label": [
            "Full inspection, Nov 2016",
            "Report: inadequate, Jan 2017",
            "Commissioner’s review, Sep 2017",
            "Monitoring visit 3, Jan 2018",
            "This paper, Mar 2018",
            "Go-live due, Apr 2019",
        ],
        "kind": ["event", "judged", "event", "event", "paper", "to come"],
    }
)


def a_timeline(events=EVENTS, **changed):
    points = pd.DataFrame({"end": MONTHS, "value": ASSESSMENTS})
    lines = [
        charts.Line("Social work assessments in 45 working days", points, "percent", 1),
        charts.Line("Conferences", points.assign(value=[NAN, *ASSESSMENTS[:-2], NAN]), "number", 0),
    ]
    given = {"key": "h-time", "title": "Six events", "subtitle": "By month", "lines": lines}
    given |= {"start": pd.Timestamp("2016-04-01"), "end": pd.Timestamp("2019-05-20")}
    return charts.timeline(events, **(given | changed))


ALL = [a_trend, a_stock, a_flow, some_bars, some_shares, a_dumbbell, some_multiples, a_timeline]
every_chart = pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)


def drawings(chart: Chart):
    return [etree.fromstring(svg.encode()) for svg in (chart.svg_wide, chart.svg_narrow)]


def texts(svg: str) -> list[str]:
    return ["".join(text.itertext()) for text in etree.fromstring(svg.encode()).iter("text")]


@every_chart
def test_a_chart_says_its_message_in_numbers_to_those_who_cannot_see_it(make):
    chart = make()
    assert re.search(r"\d", chart.alternative)
    for drawing in drawings(chart):
        assert drawing.get("role") == "img"
        named, told = drawing.get("aria-labelledby"), drawing.get("aria-describedby")
        assert drawing.find("title").get("id") == named
        assert drawing.find("desc").get("id") == told
        assert drawing.find("desc").text == chart.alternative
        assert drawing.find("title").text


@every_chart
def test_no_two_ids_of_a_chart_are_the_same(make):
    chart = make()
    ids = re.findall(r'\bid="([^"]+)"', chart.html)
    assert len(ids) == len(set(ids)) == 4


@every_chart
def test_only_the_wide_drawing_is_shown_where_no_style_sheet_chooses(make):
    chart = make()
    assert 'style="display:none"' not in chart.svg_wide
    assert 'style="display:none"' in chart.svg_narrow


@every_chart
def test_nothing_of_matplotlib_s_own_is_left(make):
    chart = make()
    for svg in (chart.svg_wide, chart.svg_narrow):
        assert not re.search(
            r"xmlns|metadata|<style|<defs|<use|<\?xml|DOCTYPE|http|clip-path|font-family|#[0-9a-f]{3,6}", svg
        )
        assert svg.count("style=") <= 1


@every_chart
def test_the_same_figures_give_the_same_bytes(make):
    assert make().html == make().html


@every_chart
def test_both_drawings_stay_under_twelve_kilobytes(make):
    chart = make()
    assert len((chart.svg_wide + chart.svg_narrow).encode()) < 12_000


@every_chart
def test_every_class_of_a_drawing_is_in_the_style_sheet(make):
    chart = make()
    used = {
        name for names in re.findall(r'class="([^"]+)"', chart.svg_wide + chart.svg_narrow) for name in names.split()
    }
    assert {name for name in used if f".{name}" not in charts.STYLE} == set()


@every_chart
def test_labels_do_not_cover_each_other_and_stay_on_the_drawing(make):
    for drawing in drawings(make()):
        width, height = (float(v) for v in drawing.get("viewBox").split()[2:])
        boxes = []
        for text in drawing.iter("text"):
            names, words = (text.get("class") or "").split(), "".join(text.itertext())
            wide = text_width(words, "b" in names)
            left = float(text.get("x")) - (wide if "e" in names else wide / 2 if "m" in names else 0)
            boxes.append((left, float(text.get("y")) - 10, left + wide, float(text.get("y")) + 2, words))
        for a, b in combinations(boxes, 2):
            assert a[2] <= b[0] + 1 or b[2] <= a[0] + 1 or a[3] <= b[1] or b[3] <= a[1], (a, b)
        for left, top, right, bottom, words in boxes:
            assert left >= -1, words
            assert right <= width + 8, words
            assert top >= -2, words
            assert bottom <= height, words


def test_a_chart_without_an_alternative_is_refused():
    with pytest.raises(ValueError, match="no alternative"):
        Chart("<svg/>", "<svg/>", "Fewer plans", "", "  ")


def test_a_chart_without_a_message_is_refused():
    with pytest.raises(ValueError, match="title"):
        Chart("<svg/>", "<svg/>", " ", "", "41.0 in December")


def test_a_caption_cannot_break_out_of_its_figure():
    chart = a_trend(title="<script>alert(1)</script>", subtitle='"><img src=x>', name="</svg><b>")
    assert "<script" not in chart.html
    assert "<img" not in chart.html
    assert "<b>" not in chart.html


def test_points_outside_their_limits_are_drawn_larger_and_said_once():
    wide = etree.fromstring(a_trend().svg_wide.encode())
    special = wide.findall(".//circle[@class='sp']")
    plain = wide.findall(".//circle[@class='pt']")
    assert len(special) == 3
    assert float(special[0].get("r")) > float(plain[0].get("r"))
    assert sum("Three months above the limit" in text for text in texts(a_trend().svg_wide)) == 1


def test_the_message_of_a_quarter_above_its_limit_is_the_caption():
    assert a_trend().title == "Each month of the quarter is above the upper limit of what was usual"


def test_an_axis_that_does_not_start_at_zero_says_where_it_starts():
    assert a_trend().subtitle.endswith("Axis starts at 60%")


@pytest.mark.parametrize(("ticks", "decimals"), [([60, 70, 80], 0), ([7.5, 7.6, 7.7], 1), ([0.25, 0.5, 0.75], 2)])
def test_where_an_axis_starts_is_not_rounded_past_its_first_tick(ticks: list[float], decimals: int) -> None:
    assert tick_decimals(np.array(ticks)) == decimals
    points = judged([3, 9, 4.0]).assign(mean=5, lower_limit=-3, upper_limit=14)
    low = charts.trend(points, key="k", unit="number", quarter=Q3, subtitle="s", decimals=0)
    assert "Axis" not in low.subtitle


def test_limits_of_fewer_than_thirteen_points_are_marked_trial():
    few = charts.trend(judged([70, 72, 74.0], trial=True), key="k", unit="percent", quarter=Q3, subtitle="s")
    assert any(text.startswith("Trial upper") for text in texts(few.svg_wide))
    assert "trial limits" in few.alternative
    assert not any("Trial" in text for text in texts(a_trend().svg_wide))


def test_england_and_neighbours_are_ringed_points_on_the_months_they_were_published_for():
    chart = a_stock()
    rings = etree.fromstring(chart.svg_wide.encode()).findall(".//circle[@class='rp']")
    assert len(rings) == 2  # March 2016 lies before the first month drawn
    assert "England 43.3 at March 2017" in chart.alternative
    assert "Ringed points" in chart.subtitle


def test_a_stock_s_net_change_stands_under_its_line_and_its_special_months_in_orange():
    wide = etree.fromstring(a_stock().svg_wide.encode())
    assert "Net change each month" in texts(a_stock().svg_wide)
    assert wide.find(".//path[@class='bo']").get("d").count("M") == 3
    assert wide.find(".//path[@class='bar']").get("d").count("M") == 18


def test_a_hidden_month_breaks_the_line_and_its_number_is_nowhere():
    values = [*ASSESSMENTS[:-2], NAN, 91.1]
    points = judged(values).assign(status=["c" if np.isnan(value) else "" for value in values])
    chart = charts.trend(points, key="k", unit="percent", quarter=Q3, subtitle="s")
    line = etree.fromstring(chart.svg_wide.encode()).find(".//path[@class='ln']").get("d")
    assert line.count("M") == 2
    assert "hidden to protect confidentiality in November" in chart.alternative
    assert "nan" not in chart.html.lower()


def test_a_month_whose_absence_is_unexplained_is_not_called_hidden():
    chart = charts.trend(judged([*ASSESSMENTS[:-2], NAN, 91.1]), key="k", unit="percent", quarter=Q3, subtitle="s")
    assert "not shown in November" in chart.alternative
    assert "hidden" not in chart.alternative


def test_an_axis_of_counts_has_only_whole_numbers():
    chart = charts.trend(judged([0, 1, 0.0]), key="k", unit="number", quarter=Q3, subtitle="s", decimals=0, note="")
    assert not any(re.fullmatch(r"\d+\.\d+", text) for text in texts(chart.svg_wide) if not text.startswith("Mean"))


def test_the_name_of_the_quarter_covers_no_point_of_its_band():
    chart = charts.trend(judged([70, 70, 70, 79, 60, 42.0]), key="k", unit="percent", quarter=Q3, subtitle="s")
    for drawing in drawings(chart):
        label = next(text for text in drawing.iter("text") if text.text == "Q3")
        for mark in drawing.iter("circle"):
            apart = (
                abs(float(mark.get("cx")) - float(label.get("x"))),
                abs(float(mark.get("cy")) - float(label.get("y")) + 5),
            )
            assert apart[0] > 8 or apart[1] > 8


def test_a_rise_is_counted_only_over_months_that_follow_each_other():
    points = pd.DataFrame({"end": MONTHS[-6:], "value": [1.0, 2, NAN, 4, 5, 6]})
    assert "risen for" not in charts.trend(points, key="k", unit="number", quarter=Q3, subtitle="s").title
    points["value"] = [1.0, 2, 3, 4, 5, 6]
    assert "has risen for five months" in charts.trend(points, key="k", unit="number", quarter=Q3, subtitle="s").title


def test_nothing_to_draw_is_an_error_and_no_empty_chart():
    empty = judged([NAN, NAN, NAN])
    with pytest.raises(ValueError, match="no value to draw"):
        charts.trend(empty, key="k", unit="percent", quarter=Q3, subtitle="s")
    with pytest.raises(ValueError, match="no value to draw"):
        some_shares(BANDS.assign(value=NAN))


def test_a_flow_says_that_more_ended_than_started():
    chart = a_flow()
    assert chart.title == "More ended than started in each month of the quarter"
    assert "47 started and 75 ended in October 2017" in chart.alternative
    assert "minus 74" in chart.alternative


def test_bars_start_at_zero_and_are_as_long_as_their_values():
    wide = etree.fromstring(some_bars().svg_wide.encode())
    foster = re.match(r"M([\d.]+) [\d.]+(?:V[\d.]+)?H([\d.]+)", wide.find(".//path[@class='bar']").get("d"))
    pointed_out = re.match(r"M([\d.]+) [\d.]+(?:V[\d.]+)?H([\d.]+)", wide.find(".//path[@class='bo']").get("d"))
    lengths = [float(found[2]) - float(found[1]) for found in (foster, pointed_out)]
    assert lengths[0] / lengths[1] == pytest.approx(70.5 / 11.4, rel=0.01)


def test_a_hidden_bar_is_a_c_and_is_read_out_as_hidden():
    chart = some_bars()
    assert "c" in texts(chart.svg_wide)
    assert "Other hidden to protect confidentiality" in chart.alternative


def test_shares_say_how_much_lies_on_either_side_of_the_limit():
    chart = some_shares()
    assert "90% in 45 working days" in texts(chart.svg_wide)
    assert chart.title == "Nine in ten were in 45 working days"
    assert "Of 1,302" in chart.alternative
    with pytest.raises(ValueError, match="none of the categories"):
        charts.shares(BANDS, key="k", subtitle="s", limit="41 to 45 days")


def test_a_limit_is_not_summed_up_when_a_part_is_hidden():
    chart = some_shares(BANDS.assign(value=[78, NAN, 792, 100, 30]))
    assert not any("in 45 working days" in text for text in texts(chart.svg_wide))
    assert "hidden to protect confidentiality" in chart.alternative


def test_hidden_counts_without_their_whole_leave_no_percentages():
    hidden = BANDS.assign(value=[NAN, 302, 792, 100, NAN])
    chart = some_shares(hidden)
    assert not any("%" in text for text in texts(chart.svg_wide))
    assert "%" not in chart.alternative
    assert "792" in texts(chart.svg_wide)
    known = some_shares(hidden, whole=1302)
    assert "61%" in texts(known.svg_wide)
    assert "11 to 45 days 60.8%" in known.alternative
    assert "same day hidden to protect confidentiality" in known.alternative


def test_a_limit_is_still_summed_up_when_only_what_lies_past_it_is_hidden():
    chart = some_shares(BANDS.assign(value=[78, 302, 792, NAN, NAN]), whole=1302)
    assert "90% in 45 working days" in texts(chart.svg_wide)
    assert "51 to 60 days hidden" in chart.alternative


def test_a_rate_s_net_change_is_given_in_tenths_and_a_count_s_in_whole_numbers():
    rate = pd.DataFrame({"end": MONTHS, "value": np.linspace(40, 48, 21)})
    net = judged(np.full(20, 0.4)).assign(mean=0.4, lower_limit=-0.6, upper_limit=1.3)
    chart = charts.trend(rate, key="k", unit="per_10k", quarter=Q3, subtitle="s", net=net)
    assert {"+1.3", "−0.6"} <= set(texts(chart.svg_wide))
    assert "+0.4 in December" in chart.alternative
    assert {"+19", "−18"} <= set(texts(a_stock().svg_wide))


def test_what_is_bought_is_said_to_be_higher_only_where_it_is():
    assert a_dumbbell().title == "External is higher in every row"


def test_the_gap_of_a_pair_is_in_its_row_s_title():
    chart = a_dumbbell()
    assert "Residential: £798 a week dearer" in texts(chart.svg_wide)
    assert "Kinship: one side hidden" in texts(chart.svg_wide)
    assert "agency" in " ".join(texts(chart.svg_narrow))


def test_a_sparkline_gives_its_ends_and_extremes_to_a_voice():
    svg = charts.sparkline([46, 45, 44.5, 47, 48.7, 47.3, 45.4, 43.2, 41.0], unit="per_10k", decimals=1)
    assert 'aria-label="nine quarters, first 46.0, last 41.0, lowest 41.0, highest 48.7"' in svg
    assert len(svg) < 500


def test_a_sparkline_breaks_where_a_quarter_is_hidden():
    svg = charts.sparkline([1, 2, NAN, 4, 5, 6, 7, 8, 9.0])
    assert svg.count("M") == 3  # two runs and the last point
    assert "one not shown" in svg


def middle(mark) -> tuple[float, float]:
    if mark.tag == "circle":
        return float(mark.get("cx")), float(mark.get("cy"))
    return tuple(float(mark.get(at)) + float(mark.get(side)) / 2 for at, side in (("x", "width"), ("y", "height")))


def test_events_of_a_time_line_stand_in_rows_of_their_own_in_order_of_time():
    for svg in (a_timeline().svg_wide, a_timeline().svg_narrow):
        drawn = etree.fromstring(svg.encode())
        rows = [middle(mark) for mark in drawn.iter("circle", "rect")][-len(EVENTS) :]
        assert [x for x, _ in rows] == sorted(x for x, _ in rows)
        assert len({round(y) for _, y in rows}) == len(EVENTS)
        assert "".join(texts(svg)).replace(" ", "").count("Go-livedue,Apr2019") == 1


def test_events_of_one_day_stand_one_under_the_other():
    same = EVENTS.assign(date=pd.Timestamp("2018-03-22"))
    rows = list(etree.fromstring(a_timeline(same).svg_narrow.encode()).iter("text"))
    assert len({text.get("y") for text in rows if "Go-live" in text.text}) == 1


def test_a_time_line_says_its_events_and_the_first_and_last_value_of_each_measure():
    said = a_timeline().alternative
    assert "November 2016: Full inspection, Nov 2016" in said
    assert "Conferences: 74 in May 2016, 89 in November 2017." in said


def test_an_event_outside_the_scale_of_a_time_line_is_an_error():
    with pytest.raises(ValueError, match="outside"):
        a_timeline(end=pd.Timestamp("2018-12-31"))
    with pytest.raises(ValueError, match="nothing to draw"):
        a_timeline(EVENTS.iloc[:0], lines=[])


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (3, 62), (68.5, 91.1), (-28, 16), (0.2, 0.9), (1180, 1240), (5, 5), (0, 0)]
)
def test_an_axis_holds_what_is_drawn_in_round_steps(low, high):
    ticks = axis(low, high)
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert len(set(np.round(np.diff(ticks), 6))) == 1
    assert 2 <= len(ticks) <= 8


def test_labels_that_would_meet_are_moved_apart_and_others_left_where_they_belong():
    placed = spread([50, 52, 55, 200], [16, 16, 16, 16], 0, 220)
    assert all(b - a >= 16 for a, b in pairwise(placed))
    assert placed[3] == 200


def test_labels_stay_inside_the_drawing_s_edges():
    placed = spread([1, 2, 3], [16, 16, 16], 0, 100)
    assert placed[0] >= 8
    assert spread([99, 98], [16, 16], 0, 100)[0] <= 92


def test_a_label_that_does_not_fit_along_the_axis_is_left_out_the_lightest_first():
    kept = [words for _, words in fitting([(20, "Apr 2016", 0), (60, "Jul", 3), (100, "Dec 2017", 1)], 0, 160)]
    assert kept == ["Apr 2016", "Dec 2017"]


@pytest.mark.parametrize(("value", "written"), [("157.94", "157.9"), ("-0.04", "0"), ("12.0", "12"), (3, "3")])
def test_coordinates_are_written_as_short_as_a_tenth_of_a_pixel_allows(value, written):
    assert short(value) == written
