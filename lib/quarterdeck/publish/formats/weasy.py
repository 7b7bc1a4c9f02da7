"""WeasyPrint; or, where a library of the system that it needs is not there, what to do."""

from __future__ import annotations

from quarterdeck.errors import Refused

try:
    from weasyprint import HTML
    from weasyprint.document import Document
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher
except OSError as missing:
    raise Refused(
        "PDF and large print need Pango, which is not on this machine: apt-get install libpango-1.0-0 "
        "libpangoft2-1.0-0 (or brew install pango), or build without them."
    ) from missing

__all__ = ["HTML", "Document", "FontConfiguration", "URLFetcher"]
