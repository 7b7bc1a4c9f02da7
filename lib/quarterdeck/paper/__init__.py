"""Papers: figures said in sentences, charts and tables, and put on a page."""

from quarterdeck.paper.journey.paper import ImprovementPaper
from quarterdeck.paper.paper import Audience, Paper
from quarterdeck.paper.quality.paper import QualityPaper

__all__ = ["Audience", "ImprovementPaper", "Paper", "QualityPaper"]
