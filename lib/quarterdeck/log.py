"""The log of builds: a line for each paper and one for the build, as JSON. No value of a record is ever in it."""

from __future__ import annotations

import json
import os
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import structlog
from filelock import FileLock

from quarterdeck.home import Home
from quarterdeck.private import FILE, private_file

LOG = "log.jsonl"
BOUND = 10_000_000
"""Bytes after which a log is put aside, in the place of the one that was put aside before: some years of papers."""
MB = 1_000_000


class Lines:
    """A file of JSON lines, for its owner alone, to which several processes may add at once.

    Parameters
    ----------
    path : made where it is not there.
    bound : bytes after which it is put aside and a new one begun; None where it is kept for good.
    """

    def __init__(self, path: Path, bound: int | None = BOUND) -> None:
        self.path, self.bound = path, bound

    def info(self, line: bytes) -> None:
        """Add a line: it is appended by one write, so that no other can come between its bytes."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self._is_full():
            with FileLock(self.path.with_name(f".{self.path.name}.lock"), mode=FILE):
                if self._is_full():
                    self.path.replace(put_aside(self.path))
        with private_file(self.path, append=True) as file:
            file.write(line + b"\n")

    def _is_full(self) -> bool:
        return bool(self.bound and self.path.is_file() and self.path.stat().st_size >= self.bound)


def put_aside(path: Path) -> Path:
    """What a log is called once it is full.

    Examples
    --------
    >>> put_aside(Path("log.jsonl")).name
    'log.1.jsonl'
    """
    return path.with_name(f"{path.stem}.1{path.suffix}")


def lines_into(path: Path, bound: int | None = BOUND) -> structlog.typing.BindableLogger:
    """A logger whose every line goes into a private file, with the time in UTC."""
    return structlog.wrap_logger(
        Lines(path, bound),
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            structlog.processors.JSONRenderer(serializer=_as_bytes),
        ],
        wrapper_class=structlog.BoundLogger,
    )


def _as_bytes(event: dict[str, Any], **how: Any) -> bytes:  # noqa: ANN401
    first = {name: event.pop(name) for name in ("time", "event")}
    return json.dumps({**first, **event}, ensure_ascii=False, **how).encode()


class BuildLog:
    """What a build writes of itself and of each of its papers.

    Parameters
    ----------
    home, authority, quarter : of the build.
    """

    def __init__(self, home: Home, authority: str, quarter: str) -> None:
        named = {"process": os.getpid(), "authority": authority, "quarter": quarter}
        self._lines = lines_into(home.outputs / LOG).bind(**named)
        self._begun = time.monotonic()
        self.key = ""

    def paper(
        self,
        name: str,
        key: str,
        outcome: str,
        *,
        kind: str = "",
        seconds: float | None = None,
        peak: int | None = None,
    ) -> None:
        """Write a paper's line.

        Parameters
        ----------
        name : the audience and the paper ("public/performance_monitoring").
        key : the fingerprint of all that it depends on.
        outcome : made, kept or failed.
        kind : the kind of error that it failed by; what the error said is never told here.
        seconds : that it took.
        peak : the most memory that its kernel had, in bytes.
        """
        audience, _, paper = name.partition("/")
        self._write(
            "paper",
            paper=paper,
            audience=audience,
            outcome=outcome,
            kind=kind or None,
            seconds=_rounded(seconds),
            peak_memory_mb=round(peak / MB) if peak is not None else None,
            key=key,
        )

    def build(self, outcome: str, *, kind: str = "", made: int = 0, kept: int = 0, failed: int = 0) -> None:
        """Write the build's own line, its last: made, unchanged, failed (papers of it), or stopped, by which kind."""
        counts = {"made": made, "kept": kept, "failed": failed}
        seconds = _rounded(time.monotonic() - self._begun)
        self._write("build", outcome=outcome, kind=kind or None, **counts, seconds=seconds, key=self.key or None)

    def _write(self, event: str, **told: Any) -> None:  # noqa: ANN401
        # A disk that is full fails the build, with words for it; a line that is not written never does.
        with suppress(OSError):
            self._lines.info(event, **told)  # type: ignore[attr-defined]


@contextmanager
def build_log(home: Home, authority: str, quarter: str) -> Iterator[BuildLog]:
    """The log of a build, in which a build that is stopped is told of too, by the kind of what stopped it."""
    log = BuildLog(home, authority, quarter)
    try:
        yield log
    except BaseException as stopped:
        log.build("stopped", kind=type(stopped).__name__)
        raise


def last_lines(home: Home, many: int) -> list[dict[str, Any]]:
    """The last lines of the log, oldest first; one that a full disk cut short is left out."""
    last: deque[dict[str, Any]] = deque(maxlen=many)
    for path in (put_aside(home.outputs / LOG), home.outputs / LOG):
        if path.is_file():
            with path.open(encoding="utf-8") as file:
                for line in file:
                    with suppress(json.JSONDecodeError):
                        last.append(json.loads(line))
    return list(last)


def as_text(line: dict[str, Any]) -> str:
    """A line of the log, for a person.

    Examples
    --------
    >>> about = {"time": "2018-02-01T07:00:03.5Z", "authority": "nowhere", "quarter": "2017-18 Q3"}
    >>> as_text({**about, "event": "paper", "audience": "public", "paper": "contacts", "outcome": "made",
    ...     "kind": None, "seconds": 3.2, "peak_memory_mb": 240})
    '2018-02-01 07:00:03  nowhere 2017-18 Q3  public/contacts: made, 3.2 s, 240 MB'
    >>> as_text({**about, "event": "build", "outcome": "stopped", "kind": "ReturnsError", "seconds": 0.4})
    '2018-02-01 07:00:03  nowhere 2017-18 Q3  build: stopped by ReturnsError, 0.4 s'
    """
    when = line["time"][:19].replace("T", " ")
    what = f"{line['audience']}/{line['paper']}" if line["event"] == "paper" else line["event"]
    told = [f"{line['outcome']} by {line['kind']}" if line.get("kind") else line["outcome"]]
    told += [f"{line[name]} {unit}" for name, unit in (("seconds", "s"), ("peak_memory_mb", "MB")) if line.get(name)]
    return f"{when}  {line['authority']} {line['quarter']}  {what}: {', '.join(told)}"


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 2)
