"""Charts of a paper: each is one definition drawn twice by matplotlib, for a desk and for a telephone."""

from quarterdeck.paper.charts.bars import bars
from quarterdeck.paper.charts.chart import STYLE, Chart
from quarterdeck.paper.charts.flow import flow
from quarterdeck.paper.charts.trend import trend

__all__ = ["STYLE", "Chart", "bars", "flow", "trend"]
