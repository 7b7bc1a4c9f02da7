"""Rules that the records must keep for the figures to be trusted: one small function a rule, by area.

A rule judges the rows of the quarter's own extract; it may look back at the earlier ones. It changes nothing.
"""

from quarterdeck.checks.completeness import completeness
from quarterdeck.checks.registry import Check, check, rules
from quarterdeck.checks.run import Outcome, run, write_failing

__all__ = ["Check", "Outcome", "check", "completeness", "rules", "run", "write_failing"]
