"""What an authority drops in, turned into the canonical tables: one format a file, every row accounted for."""

from quarterdeck.returns.intake import Intake, read_quarter
from quarterdeck.returns.problems import ReturnsError

__all__ = ["Intake", "ReturnsError", "read_quarter"]
