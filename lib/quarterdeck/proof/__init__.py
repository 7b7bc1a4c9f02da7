"""Proof that papers are what they claim to be: signatures, re-making a quarter, comparing two."""
