"""Quarterdeck: an authority's children's-services returns, each quarter, into its panel's briefing papers."""

__version__ = "0.1.0"
