"""A mail server and a web server of a test's own, on this machine, that keep what they are sent."""

from __future__ import annotations

import datetime as dt
import json
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

HERE = "127.0.0.1"
REFUSED, TAKEN = "550 not here", "250 OK"


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as free:
        free.bind((HERE, 0))
        return free.getsockname()[1]


@dataclass
class Mailbox:
    """What a mail server was sent, and whom it sends away.

    Parameters
    ----------
    server : its address and port, as a profile names it.
    refuses : what in a message makes the server refuse it.
    """

    server: str
    refuses: bytes = b""
    raw: list[bytes] = field(default_factory=list)
    to: list[list[str]] = field(default_factory=list)
    accounts: list[tuple[bytes, bytes]] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.refuses and self.refuses in envelope.content:
            return REFUSED
        self.raw.append(envelope.content)
        self.to.append(envelope.rcpt_tos)
        return TAKEN

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]  # type: ignore[misc]


@contextmanager
def mail_server(
    certificate: Path | None = None, account: tuple[bytes, bytes] | None = None, port: int = 0
) -> Iterator[Mailbox]:
    """A real mail server: with a certificate it offers TLS, and with an account it takes mail of nobody else."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult

    port = port or free_port()
    box = Mailbox(f"{HERE}:{port}")
    ways: dict[str, Any] = {}
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        ways = {"tls_context": context}
    if account:

        def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
            box.accounts.append((given.login, given.password))
            return AuthResult(success=(given.login, given.password) == account, handled=False)

        ways |= {"authenticator": check, "auth_required": True, "auth_require_tls": True}
    controller = Controller(box, hostname=HERE, port=port, **ways)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@dataclass
class Posted:
    """What a web server was sent, and what it answers.

    Parameters
    ----------
    address : its own.
    answers : the status of each answer in its turn; 200 after the last.
    leads_to : where it says that what is asked for has gone.
    """

    address: str
    answers: list[int] = field(default_factory=list)
    leads_to: str = ""
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(content) for content in self.raw]


@contextmanager
def web_server(answers: Sequence[int] = (), leads_to: str = "", port: int = 0) -> Iterator[Posted]:
    """A real web server."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.asked.append((self.command, self.path, dict(self.headers)))
            posted.raw.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            self.send_response(posted.answers.pop(0) if posted.answers else 200)
            if posted.leads_to:
                self.send_header("Location", posted.leads_to)
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer((HERE, port), Handler)
    posted = Posted(f"http://{HERE}:{server.server_port}/hook", list(answers), leads_to)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()
    try:
        yield posted
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


@contextmanager
def silent_server() -> Iterator[str]:
    """A server that takes every call and never says a word: its address and port."""
    with socket.create_server((HERE, 0)) as server:
        yield f"{HERE}:{server.getsockname()[1]}"


def certificate(path: Path) -> Path:
    """A certificate of this machine that it has signed itself, with its key, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "a test's own")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HERE))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
