"""The warm parent: imports what papers import, then forks a kernel for each that is asked for.

It runs one thread, no event loop and no ZMQ socket, so that a fork copies nothing that is at work. All it holds is the
control channel, a SOCK_SEQPACKET socket whose number is its only argument: one JSON message a request, one an answer.
When the channel closes, the run that started it is over, and every kernel that is left is killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import random
import resource
import signal
import socket
import sys
from typing import Any

from quarterdeck.private import no_core_dump

PRELOADED = (
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "IPython.core.completer",
    "IPython.core.magics",
    "pandas.plotting._matplotlib",
    "pyarrow.dataset",
    "pyarrow.parquet",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "quarterdeck.paper",
)
"""Imported once, for all kernels; a module that is not installed is left to the kernel that wants it."""
MESSAGE = 1 << 20
"""The longest message, in bytes."""
STREAMS = 3
"""A kernel is given its standard input, output and errors."""
SET_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of Linux's prctl(2): the signal a process gets when its parent ends."""
MEMORY = "QUARTERDECK_KERNEL_MEMORY"
"""The environment variable that bounds a kernel's memory: so many MiB beyond what it was forked with."""


def main(channel_number: int) -> None:
    """Serve until the channel closes; in a forked child, become the kernel and return when it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    no_core_dump()
    for name in PRELOADED:
        with contextlib.suppress(ModuleNotFoundError):
            importlib.import_module(name)
    _draw_once()
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=channel_number) as channel:
        arguments = serve(channel)
    if arguments is not None:
        from ipykernel.kernelapp import IPKernelApp

        IPKernelApp.launch_instance(arguments)


def serve(channel: socket.socket) -> list[str] | None:
    """Answer requests until the channel closes.

    Returns
    -------
    None in the parent, once it has killed what is left; in a forked child the arguments of the kernel it is to become.
    """
    alive: set[int] = set()
    while True:
        message, streams, _, _ = socket.recv_fds(channel, MESSAGE, STREAMS)
        if not message:
            for pid in alive:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
            return None
        request = json.loads(message)
        if "start" in request:
            parent = os.getpid()
            pid = os.fork()
            if pid == 0:
                return _become(request["start"], streams, parent)
            alive.add(pid)
            answer: dict[str, Any] = {"pid": pid}
        else:
            answer = {"status": _status(request["poll"], alive)}
        for stream in streams:
            os.close(stream)
        channel.send(json.dumps(answer).encode())


def _status(pid: int, alive: set[int]) -> int | None:
    """A kernel's exit status, as `subprocess` counts it (a signal is negative); None while it runs."""
    if pid not in alive:
        return None
    ended, status = os.waitpid(pid, os.WNOHANG)
    if not ended:
        return None
    alive.discard(pid)
    return os.waitstatus_to_exitcode(status)


def _become(wanted: dict[str, Any], streams: list[int], parent: int) -> list[str]:
    """In the forked child: shed all that is the parent's, and take what the kernel was started with."""
    os.setsid()
    ctypes.CDLL(None).prctl(SET_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(wanted["environment"])
    os.chdir(wanted["folder"])
    if MEMORY in os.environ:
        limit = _data_size() + (int(os.environ[MEMORY]) << 20)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    # ipykernel read its parent's number when it was imported, and would look out for the wrong process.
    return [*wanted["arguments"], f"--IPKernelApp.parent_handle={parent}"]


def _data_size() -> int:
    """Bytes of memory that this process may write to, most of them reserved and never touched."""
    with open("/proc/self/status") as status:  # noqa: PTH123 - the kernel has not begun: no more imports than there must be
        return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmData:"))


def _draw_once() -> None:
    """A throw-away chart, so that fonts are found and drawing's first touches are made before any fork."""
    with contextlib.suppress(ModuleNotFoundError):
        from io import BytesIO

        import matplotlib.pyplot as plt

        figure, axes = plt.subplots()
        axes.plot([0, 1], label="drawn once")
        axes.legend()
        figure.savefig(BytesIO(), format="svg")
        plt.close(figure)


if __name__ == "__main__":
    main(int(sys.argv[1]))
