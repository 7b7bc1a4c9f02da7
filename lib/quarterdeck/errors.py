"""What can go wrong that a person can mend: said in plain words, with the exit status that a scheduler can trust."""

from __future__ import annotations


class Problem(Exception):
    """Something that a person can mend. Its message says what, where, what was expected, and what to do."""

    exit_status = 2


class Refused(Problem, ValueError):
    """What was asked for cannot be: the message says what can be."""


class ProfileError(Problem, ValueError):
    """A profile that cannot be used: each problem says where it is and what was expected."""
