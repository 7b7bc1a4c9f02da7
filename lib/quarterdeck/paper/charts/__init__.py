"""Charts of a paper: each is one definition drawn twice by matplotlib, for a desk and for a telephone."""

from quarterdeck.paper.charts.bars import bars
from quarterdeck.paper.charts.chart import STYLE, Chart
from quarterdeck.paper.charts.dumbbell import dumbbell
from quarterdeck.paper.charts.flow import flow
from quarterdeck.paper.charts.projection import projection
from quarterdeck.paper.charts.shares import shares
from quarterdeck.paper.charts.small_multiples import small_multiples
from quarterdeck.paper.charts.sparkline import sparkline
from quarterdeck.paper.charts.timeline import Line, timeline
from quarterdeck.paper.charts.trend import trend

__all__ = [
    "STYLE",
    "Chart",
    "Line",
    "bars",
    "dumbbell",
    "flow",
    "projection",
    "shares",
    "small_multiples",
    "sparkline",
    "timeline",
    "trend",
]
