"""A PostgreSQL server of a test's own: in a folder that goes with it, on a socket, ended by its process."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL's programs; None where it is not installed."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return installed[-1].parent if installed else None


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """A server that has just been made: the SQLAlchemy URL of its database."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    user = "postgres" if os.geteuid() == 0 else None  # no server runs as root
    if user:
        shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
    make = [programs / "initdb", "-D", folder / "data", "-U", "tester", "-A", "trust", "--no-sync", "-E", "UTF8"]
    run = [programs / "postgres", "-D", folder / "data", "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"]
    try:
        subprocess.run(make, user=user, cwd=folder, check=True, capture_output=True)
        process = subprocess.Popen(run, user=user, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(folder / ".s.PGSQL.5432.lock", folder / "data" / "postmaster.pid", process)
            yield f"postgresql+psycopg://tester@/postgres?host={folder}"
        finally:
            process.terminate()
            process.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(socket: Path, status: Path, process: subprocess.Popen[bytes]) -> None:
    """Until the server says that it is ready."""
    for _ in range(300):
        if socket.exists() and "ready" in status.read_text(encoding="utf-8"):
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError("PostgreSQL did not start")
