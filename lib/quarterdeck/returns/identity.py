"""Identifiers replaced by a keyed hash as the records are made, the same in every quarter and every table."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from tempfile import mkstemp

import pandas as pd

KEY_FILE = ".key"
KEY_VARIABLE = "QUARTERDECK_KEY"
IDENTIFIERS = (
    "person_id",
    "worker_id",
    "adviser",
    "referral_id",
    "assessment_id",
    "cin_plan_id",
    "s47_enquiry_id",
    "cp_plan_id",
    "cla_episode_id",
    "contact_id",
    "family_id",
    "adopter_id",
    "plo_family_id",
    "allegation_id",
    "cin_id",
    "cla_id",
    "annex_a_id",
    "local_id",
)


def key_of(home: Path) -> bytes:
    """The authority's key: from the environment, else from its folder, where it is made at the first use.

    Parameters
    ----------
    home : the authority's folder, `data/<slug>`.
    """
    if written := os.environ.get(KEY_VARIABLE):
        return blake2b(written.encode(), digest_size=32).digest()
    path = home / KEY_FILE
    if not path.exists():
        # Linked into place when whole, so that of two builds that start together both read the same key.
        handle, written_to = mkstemp(dir=home, prefix=KEY_FILE)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
        with suppress(FileExistsError):
            path.hardlink_to(written_to)
        Path(written_to).unlink()
    return path.read_bytes()


class Pseudonyms:
    """What replaces every identifier of a table by its keyed hash (sixteen hexadecimal digits).

    Parameters
    ----------
    key : the authority's; see `key_of`.

    Examples
    --------
    >>> replace = Pseudonyms(b"a key")
    >>> replace(pd.DataFrame({"person_id": ["DEMO000001", None]})).person_id.tolist()
    ['f8ea616f503e862a', nan]
    >>> replace.identifiers
    {'f8ea616f503e862a': 'DEMO000001'}
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._hashes: dict[str, str] = {}

    @property
    def identifiers(self) -> dict[str, str]:
        """The identifier of each hash that was given: to name a record to its owner, never to keep."""
        return {hashed: identifier for identifier, hashed in self._hashes.items()}

    def __call__(self, table: pd.DataFrame) -> pd.DataFrame:
        """A table with its identifiers replaced."""
        hashed = {}
        for column in [name for name in IDENTIFIERS if name in table]:
            number, distinct = pd.factorize(table[column])
            names = pd.Series([*map(self._hash, distinct), None], dtype="str")
            hashed[column] = names.iloc[number].set_axis(table.index)
        return table.assign(**hashed)

    def _hash(self, identifier: str) -> str:
        known = self._hashes.get(identifier)
        if known is None:
            known = blake2b(identifier.encode(), key=self._key, digest_size=8).hexdigest()
            self._hashes[identifier] = known
        return known
