"""A kernel a paper: spoken to through files of a folder of its own, ready without waiting, and its end told apart."""

from __future__ import annotations

import os
import re
import shutil
import signal
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any, ClassVar

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets import default

from quarterdeck.private import without_secrets
from quarterdeck.publish.warm import JUPYTER_PATH

_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
RECONNECT_MS = 5
"""How soon a socket tries again that was connected before the kernel listened; ZMQ's own wait is 100 ms."""


class KernelUnreadyError(RuntimeError):
    """A kernel that died, or said nothing, before it was ready."""


class PromptClient(AsyncKernelClient):
    """A client that is ready as soon as the kernel is: Jupyter's waits 0.2 s for silence and 0.1 s to connect again."""

    @default("context")
    def _context_default(self) -> zmq.asyncio.Context:
        self._created_context = True
        context = zmq.asyncio.Context()
        context.setsockopt(zmq.RECONNECT_IVL, RECONNECT_MS)
        return context

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        """Return when the kernel has answered and all that it said before has been heard.

        Raises
        ------
        KernelUnreadyError : the kernel died first, or `timeout` seconds were over.
        """
        deadline = time.monotonic() + (timeout if timeout is not None else float("inf"))
        while True:
            asked = self.kernel_info()
            try:
                reply = await self._async_recv_reply(asked, timeout=1)
                while not _is_idle_after(await self.get_iopub_msg(timeout=0.2), asked):
                    pass
            except (Empty, TimeoutError):
                # Not there yet, or this end of its broadcasts was connected too late to hear them: ask again.
                if not await self._async_is_alive():
                    raise KernelUnreadyError("Kernel died before replying to kernel_info") from None
                if time.monotonic() > deadline:
                    raise KernelUnreadyError(f"Kernel did not answer within {timeout} seconds") from None
            else:
                self._handle_kernel_info_reply(reply)
                return

    wait_for_ready = _async_wait_for_ready


def _is_idle_after(message: dict[str, Any], asked: str) -> bool:
    return (
        message["parent_header"].get("msg_id") == asked
        and message["msg_type"] == "status"
        and message["content"]["execution_state"] == "idle"
    )


class IpcKernelManager(AsyncKernelManager):
    """A kernel spoken to through files of a folder of its own: no port to collide with, nothing on the network.

    Parameters
    ----------
    environment : what the kernel's environment holds beside this process's own.
    started : every manager made, so that whoever had papermill make one can ask it how its kernel ended.
    """

    environment: ClassVar[dict[str, str]] = {}
    started: ClassVar[list[IpcKernelManager]] = []

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        self._sockets = Path(tempfile.mkdtemp(prefix="quarterdeck-"))
        specs = KernelSpecManager(kernel_dirs=[str(JUPYTER_PATH / "kernels")])
        own = {"transport": "ipc", "ip": str(self._sockets / "kernel"), "kernel_spec_manager": specs}
        own |= {"connection_file": str(self._sockets / "connection.json"), "client_factory": PromptClient}
        super().__init__(**{**kwargs, **own})
        self.peak_memory: int | None = None
        self.started.append(self)

    async def _async_start_kernel(self, **kwargs: Any) -> None:  # noqa: ANN401
        await super()._async_start_kernel(**{**kwargs, "env": without_secrets(os.environ) | self.environment})

    start_kernel = _async_start_kernel

    async def _async_shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:
        self.peak_memory = peak_memory(getattr(self.provisioner, "pid", None))
        await super()._async_shutdown_kernel(now=now, restart=restart)

    shutdown_kernel = _async_shutdown_kernel

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        if not restart:
            self.clear_away()

    def clear_away(self) -> None:
        """Remove the folder of its sockets and its connection file, which a kernel that died leaves."""
        shutil.rmtree(self._sockets, ignore_errors=True)

    @property
    def ending(self) -> str:
        """How the kernel's process ended, in words."""
        status = getattr(self.provisioner, "exit_status", None)
        if status is None:
            return "did not answer"
        if status == -signal.SIGKILL:
            return "was killed, or ran out of memory"
        if status < 0:
            return f"crashed: {signal.strsignal(-status)}"
        return f"ended itself, with status {status}"


def peak_memory(process: int | None) -> int | None:
    """The most memory that a running process has had, in bytes; None where the system does not tell, or it has ended.

    Examples
    --------
    >>> peak_memory(None) is None
    True
    """
    with suppress(OSError):
        found = _PEAK.search(Path(f"/proc/{process}/status").read_text(encoding="utf-8"))
        return int(found[1]) * 1024 if found else None
    return None


def manager_of(environment: dict[str, str]) -> type[IpcKernelManager]:
    """A manager whose kernels have such an environment, for one paper."""
    return type("KernelManager", (IpcKernelManager,), {"environment": environment, "started": []})
