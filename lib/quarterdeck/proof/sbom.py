"""The bill of materials: every package that a lock file names, as CycloneDX 1.6 in JSON. The same lock, the same bytes.

`python -m quarterdeck.proof.sbom requirements-run.lock` prints it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from quarterdeck import __version__

PROJECT = "quarterdeck"


@dataclass(frozen=True)
class Locked:
    """A package that a lock file names.

    Parameters
    ----------
    name, version : what is installed.
    marker : on which systems; None for all.
    wanted_by : packages that need it.
    sha256 : of each file that may be installed.
    """

    name: str
    version: str
    marker: Marker | None
    wanted_by: tuple[str, ...]
    sha256: tuple[str, ...]

    @property
    def reference(self) -> str:
        """As registries and vulnerability lists name it."""
        return f"pkg:pypi/{self.name}@{self.version}"


def locked(text: str) -> list[Locked]:
    r"""The packages that a lock file names, as `uv pip compile --generate-hashes` writes one.

    Examples
    --------
    >>> lock = "numpy==2.4.6 \\\n    --hash=sha256:0a\n    # via\n    #   -c requirements.lock\n    #   pandas\n"
    >>> [(one.name, one.version, one.wanted_by, one.sha256) for one in locked(lock)]
    [('numpy', '2.4.6', ('pandas',), ('0a',))]
    """
    return [_read(part) for part in re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE) if part[:1].isalnum()]


def _read(part: str) -> Locked:
    first, *rest = part.splitlines()
    named = Requirement(first.rstrip("\\ "))
    wanted = re.findall(r"^ +# +(?:via +)?([A-Za-z0-9][\w.-]*)", "\n".join(rest), re.MULTILINE)
    (pinned,) = named.specifier
    return Locked(
        canonicalize_name(named.name),
        pinned.version,
        named.marker,
        tuple(name for name in wanted if name != "via"),
        tuple(re.findall(r"--hash=sha256:([0-9a-f]+)", part)),
    )


def bill(packages: list[Locked]) -> dict[str, Any]:
    """The bill of materials of Quarterdeck with these packages, which names no time and no machine.

    Source
    ------
    CycloneDX 1.6 (ECMA-424), JSON.
    """
    own = {"type": "application", "bom-ref": PROJECT, "name": PROJECT, "version": __version__}
    needs = {PROJECT: [one.reference for one in packages if PROJECT in one.wanted_by]}
    needs |= {one.reference: [of.reference for of in packages if one.name in of.wanted_by] for one in packages}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own},
        "components": [dict(_component(one)) for one in packages],
        "dependencies": [{"ref": name, "dependsOn": wanted} for name, wanted in needs.items()],
    }


def _component(one: Locked) -> Iterator[tuple[str, Any]]:
    yield "type", "library"
    yield "bom-ref", one.reference
    yield "name", one.name
    yield "version", one.version
    yield "purl", one.reference
    files = [{"alg": "SHA-256", "content": mark} for mark in one.sha256]
    yield (
        "externalReferences",
        [{"type": "distribution", "url": f"https://pypi.org/project/{one.name}/{one.version}/", "hashes": files}],
    )
    if one.marker:
        yield "properties", [{"name": "python:marker", "value": str(one.marker)}]


if __name__ == "__main__":
    print(json.dumps(bill(locked(Path(sys.argv[1]).read_text(encoding="utf-8"))), indent=1))  # noqa: T201
