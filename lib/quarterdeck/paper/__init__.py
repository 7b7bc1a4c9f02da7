"""Papers: figures said in sentences, charts and tables, and put on a page."""

from quarterdeck.paper.paper import Audience, Paper
from quarterdeck.paper.quality.paper import QualityPaper

__all__ = ["Audience", "Paper", "QualityPaper"]
