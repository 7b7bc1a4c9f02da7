"""The other formats that a paper is given in: each made from what the page is already, and nothing worked out anew."""

from quarterdeck.publish.formats.registry import FORMATS, Format, chosen_formats

__all__ = ["FORMATS", "Format", "chosen_formats"]
