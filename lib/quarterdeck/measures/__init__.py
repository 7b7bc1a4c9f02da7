"""Measures: pure functions of the records and a set of periods, one module a service area."""
