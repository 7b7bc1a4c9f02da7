"""Files of what is published: each is there whole or not at all, and one that has not changed is left alone."""

from __future__ import annotations

from pathlib import Path


def write_whole(path: Path, text: str) -> bool:
    """Write a file in one step, where it does not hold this text already; whether it was written."""
    content = text.encode()
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    aside.write_bytes(content)
    if path.is_file():
        aside.chmod(path.stat().st_mode & 0o777)
    aside.replace(path)
    return True
