"""Everyone who is ever looked after, as their number grows year by year."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Population:
    """Everyone who is ever looked after, as it grows; days are counted from 1970."""

    low: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    high: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    female: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    band: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    since: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    inside: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    siblings: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    child: list[int] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)

    def add(
        self, low: np.ndarray, high: np.ndarray, female: np.ndarray, band: np.ndarray, since: np.ndarray
    ) -> np.ndarray:
        """Children who come into care; gives their numbers."""
        new = np.arange(len(self.low), len(self.low) + len(low))
        self.low = np.concatenate([self.low, low])
        self.high = np.concatenate([self.high, high])
        self.female = np.concatenate([self.female, female])
        self.band = np.concatenate([self.band, band])
        self.since = np.concatenate([self.since, since])
        self.inside = np.concatenate([self.inside, np.ones(len(low), bool)])
        self.siblings = np.concatenate([self.siblings, np.full(len(low), -1)])
        return new

    def leave(self, children: np.ndarray, ends: np.ndarray) -> None:
        """Their present period of care ends."""
        self.child += children.tolist()
        self.start += self.since[children].tolist()
        self.end += ends.tolist()
        self.inside[children] = False

    def come_back(self, children: np.ndarray, starts: np.ndarray) -> None:
        """A new period of care begins for children known before."""
        self.since[children] = starts
        self.inside[children] = True
