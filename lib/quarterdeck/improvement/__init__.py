"""The improvement journey of an authority: what inspectors asked for, what was promised, and when it is due."""

from quarterdeck.improvement.journey import FOLDER, ImprovementError, Journey, read_journey
from quarterdeck.improvement.position import Position, Visit

__all__ = ["FOLDER", "ImprovementError", "Journey", "Position", "Visit", "read_journey"]
