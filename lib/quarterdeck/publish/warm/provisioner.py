"""What Jupyter knows of warm kernels: a provisioner that the kernelspec "quarterdeck" names."""

from __future__ import annotations

import asyncio
import os
from contextlib import ExitStack
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from quarterdeck.publish.warm.control import SUPPORTED, ParentLost, WarmKernel, warm_parent

LAUNCHER = ["-m", "ipykernel_launcher"]


class WarmProvisioner(LocalProvisioner):
    """Starts kernels by a fork from the warm parent; where that is not to be had, as Jupyter starts any other."""

    exit_status: int | None = None
    """How the kernel's process ended, as `subprocess` counts it (a signal is negative); None while it runs."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:  # noqa: ANN401
        """Fork a kernel, or launch a stock one."""
        given = [kwargs.get(name) for name in ("stdin", "stdout", "stderr")]
        environment = kwargs.get("env") or dict(os.environ)
        if not SUPPORTED or cmd[1:3] != LAUNCHER or not all(stream in (None, DEVNULL) for stream in given):
            return await super().launch_kernel(cmd, **kwargs)
        self.cwd = kwargs.get("cwd") or Path.cwd()
        with ExitStack() as opened:
            nothing = opened.enter_context(Path(os.devnull).open("r+b", buffering=0)).fileno()
            streams = [
                nothing,
                *(nothing if stream == DEVNULL else place for place, stream in enumerate(given) if place),
            ]
            try:
                self.process = warm_parent(environment).start(cmd[3:], environment, self.cwd, streams)
            except ParentLost:
                # It died, idle, since the last kernel; the next one is new.
                self.process = warm_parent(environment).start(cmd[3:], environment, self.cwd, streams)
        self.pid = self.pgid = self.process.pid
        self.exit_status = None
        return self.connection_info

    async def poll(self) -> int | None:
        """The exit status; None while it runs."""
        status = await super().poll()
        if self.process is not None and status is not None:
            self.exit_status = status
        return status

    async def wait(self) -> int | None:
        """The exit status, as soon as the process has ended: no polling."""
        if isinstance(self.process, WarmKernel):
            await _ended(self.process)
        return await super().wait()

    async def kill(self, restart: bool = False) -> None:
        """Kill it with all of its process group, and see it end."""
        await super().kill(restart=restart)
        if isinstance(self.process, WarmKernel):
            await _ended(self.process)


async def _ended(kernel: WarmKernel) -> None:
    """Return when the kernel's process has ended."""
    if kernel.poll() is not None:
        return
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(kernel.ended, told.set)
    try:
        await told.wait()
    finally:
        loop.remove_reader(kernel.ended)
