"""Papers: figures said in sentences, charts and tables, and put on a page."""

from quarterdeck.paper.paper import Audience, Paper

__all__ = ["Audience", "Paper"]
