"""The other end of the control channel: starts a warm parent, and asks it for kernels."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from quarterdeck.home import library_times

FROZEN = ("PYTHONPATH", "PYTHONHASHSEED", "MPLBACKEND", "MPLCONFIGDIR", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
"""What is read from the environment while modules are imported: kernels that differ in it need parents of their own."""
SUPPORTED = sys.platform == "linux"
"""Fork, SOCK_SEQPACKET, pidfd and a signal at a parent's death are all to be had on Linux alone."""
KILLED = -signal.SIGKILL


class ParentLost(Exception):
    """The warm parent has died."""


class WarmKernel:
    """A kernel's process, with as much of `subprocess.Popen` as Jupyter uses.

    Parameters
    ----------
    parent : the parent that forked it, and alone can say how it ended.
    pid : its number, which no other process bears until `poll` has told of its end.
    """

    stdin = stdout = stderr = None

    def __init__(self, parent: WarmParent, pid: int) -> None:
        self.parent, self.pid = parent, pid
        self.returncode: int | None = None
        self.ended = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """Its exit status, as `subprocess` counts it; None while it runs."""
        if self.returncode is None and select.select([self.ended], [], [], 0)[0]:
            try:
                self.returncode = self.parent.status(self.pid)
            except ParentLost:
                self.returncode = KILLED
            os.close(self.ended)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Its exit status, once it has ended or the seconds of `timeout` are over."""
        if self.returncode is None:
            select.select([self.ended], [], [], timeout)
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send a signal to it alone."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class WarmParent:
    """A warm parent of this process: it ends when `close` is called, or when this process does.

    Parameters
    ----------
    environment : what its environment holds.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                # -P: the folder it is started in is no place to import from.
                [sys.executable, "-P", "-m", "quarterdeck.publish.warm.parent", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=dict(environment),
                start_new_session=True,
            )
        self._asking = Lock()
        self._silent = False

    def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: str | Path, streams: Sequence[int]
    ) -> WarmKernel:
        """A kernel, forked at once or as soon as the parent has imported all that it imports.

        Parameters
        ----------
        arguments : of the kernel's application, its connection file above all.
        environment : all that the kernel's environment is to hold.
        folder : its working folder.
        streams : numbers of the open files that become its standard input, output and errors.

        Raises
        ------
        ParentLost : the parent has died.
        """
        wanted = {"arguments": list(arguments), "environment": dict(environment), "folder": str(folder)}
        return WarmKernel(self, self._ask({"start": wanted}, streams)["pid"])

    def status(self, pid: int) -> int | None:
        """How a kernel of this parent ended; None while it runs."""
        return self._ask({"poll": pid})["status"]

    @property
    def lost(self) -> bool:
        """Whether it has died, or is about to: it answers no more."""
        return self._silent or self._process.poll() is not None

    def close(self) -> None:
        """End it and every kernel of it that is left."""
        self._channel.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, request: dict[str, Any], streams: Sequence[int] = ()) -> dict[str, Any]:
        with self._asking:
            try:
                socket.send_fds(self._channel, [json.dumps(request).encode()], streams)
                answer = self._channel.recv(1 << 16)
            except OSError:
                answer = b""
        if not answer:
            self._silent = True
            raise ParentLost
        return json.loads(answer)


_parents: dict[tuple[object, ...], WarmParent] = {}
_finding = Lock()


def warm_parent(environment: Mapping[str, str]) -> WarmParent:
    """The parent of this process's kernels of such an environment; started when there is none or it has died.

    Parameters
    ----------
    environment : all that the kernel's environment is to hold; see `FROZEN`.
    """
    # An analyst edits the library while JupyterLab runs: the next kernel must not be forked from what it was before.
    key = (os.getpid(), library_times(), *(environment.get(name) for name in FROZEN))
    with _finding:
        for other in [other for other, parent in _parents.items() if parent.lost]:
            _parents.pop(other).close()
        if key not in _parents:
            _parents[key] = WarmParent(environment)
        return _parents[key]


@atexit.register
def close_parents() -> None:
    """End every warm parent of this process, and what is left of their kernels."""
    with _finding:
        while _parents:
            _, parent = _parents.popitem()
            with contextlib.suppress(OSError):
                parent.close()
