"""Where the number in care goes if nothing changes: what it says, its chart and its table."""

from __future__ import annotations

from markupsafe import Markup

from quarterdeck.figures.projection import LEAST, Projection, project
from quarterdeck.paper import tables, words
from quarterdeck.paper.blocks import paragraph
from quarterdeck.paper.charts import projection
from quarterdeck.paper.tables import Head
from quarterdeck.paper.view import View

SHOWN = 24
COUNTED = "children in care"


def if_nothing_changes(view: View) -> list[Markup]:
    """The number of children in care, four quarters on, if starts and exits stay as they were.

    Parameters
    ----------
    view : of `cla_rate`, whose numerator is the number.
    """
    months = view.months()[["end", "numerator"]].rename(columns={"numerator": "value"})
    ahead = project(months, view.quarter)
    if ahead is None:
        return [
            paragraph(
                f"Where the number goes next is not shown. It takes {LEAST + 1} months of figures, the last of them at "
                f"{words.date(view.quarter.end)}, and there are not that many."
            )
        ]
    ends = ahead.quarters
    numbers = [[words.number(value) for value in ends[column]] for column in ("value", "lower", "upper")]
    rows = list(zip([words.date(end) for end in ends.end], *numbers, strict=True))
    when, middle, low, high = rows[-1]
    now, today = words.number(ahead.now), words.date(view.quarter.end)
    drawn = projection(
        months.tail(SHOWN),
        ahead.months,
        key=f"m-{view.measure.id.replace('_', '-')}-projection",
        title=f"If nothing changes, there would be {low} to {high} {COUNTED} on {when}",
        subtitle=f"{words.sentence(COUNTED)}, {view.authority.short_name}. Dashed: projected. Shaded: "
        "where the number would be four times in five",
        alternative=f"{now} at {today}. If nothing changes: "
        + "; ".join(f"{value} at {end} ({least} to {most})" for end, value, least, most in rows)
        + ".",
    )
    table = tables.table(
        "t-projection",
        "Where the number goes if nothing changes",
        [Head("Date"), Head("Projected"), Head("Lower"), Head("Upper")],
        [(today, now, "–", "–"), *rows],
        note="Four times in five the number would be between lower and upper",
        now=0,
    )
    said = (
        f"If nothing changes, there would be {middle} {COUNTED} on {when}, against {now} on {today}. Four "
        f"times in five the number would be between {low} and {high}. This is neither a forecast nor a target."
    )
    return [paragraph(said), Markup(drawn.html), table, paragraph(_how(ahead))]


def _how(ahead: Projection) -> str:
    return (
        f"This takes the average change of {ahead.known} months, {words.signed(ahead.change, decimals=1)} a month, and "
        f"goes on so. The range comes from how much one month differs from another: {words.number(ahead.spread, 1)} "
        "(standard deviation). It widens with the square root of the months ahead, and a little more because the "
        "average is known from so few months. Months that follow each other are often alike. So the number can fall "
        "outside the range more often than it says."
    )
