"""The corpus of bad and odd files, generated: nothing in it is of anybody."""

from __future__ import annotations

from tests.faults import corpus_tables, corpus_xml
from tests.faults.cases import Case

CASES: tuple[Case, ...] = (*corpus_xml.cases(), *corpus_tables.cases())
"""Every case."""
