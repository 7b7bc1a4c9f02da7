"""Copy what is public of an authority's site, and nothing else, to where a web server or a file share has it."""

from __future__ import annotations

import shutil
from pathlib import Path

from quarterdeck.errors import Refused
from quarterdeck.home import Home
from quarterdeck.publish.manifest import made_print, read_manifest
from quarterdeck.site.published import published
from quarterdeck.site.update import site_lock

OFFICERS, PUBLIC = "officers/", "public/"


def copy_public(home: Home, authority: str, folder: Path) -> list[str]:
    """Copy the public pages and files of every quarter, and the site over them; the way from each to each stays.

    What is copied is what the manifests list, each file as they have it: a notebook, a list of records or an officers'
    page cannot be among it. What is in the folder already and is no longer published stays; it is the folder's owner's.

    Parameters
    ----------
    authority : its folder in `data/`.
    folder : made where it is not; `index.html` in it is the first page.

    Returns
    -------
    The files copied, as they are called in the folder.

    Raises
    ------
    Refused : nothing of the authority is published, or a page is not what was built.
    """
    root = home.outputs / authority
    if not read_manifest(root):
        built = ", ".join(name for name in home.authorities() if read_manifest(home.outputs / name)) or "nothing yet"
        raise Refused(f"nothing of {authority} is built: build a quarter first. There is: {built}.")
    with site_lock(home, authority):
        quarters = published(home, authority)
        listed = {name: mark for name, mark in read_manifest(root)["outputs"].items() if not name.startswith(OFFICERS)}
        for one in quarters:
            own = {name: mark for name, mark in one.manifest["outputs"].items() if name.startswith(PUBLIC)}
            listed |= {f"{one.quarter.slug}/{name}": mark for name, mark in own.items()}
        there = {name: made_print(root / name) for name in listed if (root / name).is_file()}
        changed = [name for name, mark in listed.items() if there.get(name) != mark]
        if changed:
            more = f", and {len(changed) - 1} more" if len(changed) > 1 else ""
            raise Refused(
                f"not as it was built: {changed[0]}{more}. Nothing was copied. Build the quarter again with --force."
            )
        for name in listed:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / name, folder / name)
    return sorted(listed)
