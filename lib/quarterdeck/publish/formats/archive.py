"""Word and ODS files are ZIP archives: the same content gives the same bytes, whatever the clock says."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest that a ZIP archive can tell."""


def packed(files: Mapping[str, bytes]) -> bytes:
    """An archive of files, by their names, in their order, with no time of their own."""
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, content in files.items():
            entry = ZipInfo(name, FIRST_DAY)
            # An ODF reader finds the kind of file at its very start, where it must stand unpacked.
            entry.compress_type = ZIP_STORED if name == "mimetype" else ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return made.getvalue()


def without_times(archive: bytes) -> bytes:
    """The same archive, with no time in it."""
    with ZipFile(BytesIO(archive)) as before:
        return packed({name: before.read(name) for name in before.namelist()})
