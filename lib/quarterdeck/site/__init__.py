"""The site of an authority: every quarter that is published, its measures over time, definitions, acronyms, a feed.

The public site's own pages stand in `outputs/<authority>/`, the officers' in `outputs/<authority>/officers/`; both lead
into the folders of the quarters, each to its own copy, and no public page leads to an officers' one. The page at
`outputs/index.html` leads to the public site of every authority.
"""

from quarterdeck.site.update import update_site

__all__ = ["update_site"]
