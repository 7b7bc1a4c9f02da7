"""Who is told of a run, and how: the part `[notify]` of a profile."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

HOST = r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"

PORTS = 65536


def _email(text: str) -> str:
    if not re.fullmatch(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{HOST}", text):
        raise ValueError("not an e-mail address: write that of a role, as scrutiny@council.example")
    return text


def _server(text: str) -> str:
    host, _, port = text.partition(":")
    if not re.fullmatch(HOST, host) or (":" in text and not (port.isascii() and port.isdigit() and int(port) < PORTS)):
        raise ValueError("not a mail server: write its name, or its name and port, as mail.council.example:587")
    return text


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        good = whole and text.isprintable() and " " not in text and not (parts.username or parts.password)
    except ValueError:
        good = False
    if not good:
        raise ValueError("not an address: write https://, a host and a path, with no account and no password in it")
    return text


def _webhook(text: str) -> str:
    parts = urlsplit(_address(text))
    if parts.scheme != "https" and not this_machine(parts.hostname or ""):
        raise ValueError("a webhook is called by https:// alone, unless it is on this machine")
    return text


def this_machine(host: str) -> bool:
    """Whether a host is the machine itself, so that what is sent to it crosses no network.

    Examples
    --------
    >>> [this_machine(host) for host in ("localhost", "127.0.0.1", "::1", "127.0.0.1.example", "10.0.0.1")]
    [True, True, True, False, False]
    """
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


Email = Annotated[str, AfterValidator(_email)]
Server = Annotated[str, AfterValidator(_server)]
Address = Annotated[str, AfterValidator(_address)]
Webhook = Annotated[str, AfterValidator(_webhook)]


class Notify(BaseModel):
    """Who is told of a run, and how. No password or token stands in a file: see `quarterdeck.notify.channels`.

    Parameters
    ----------
    emails : addresses of roles, never of people.
    sender : the address that messages come from.
    server : the mail server, with its port where it is not 587.
    webhook : the address that JSON is posted to; `{token}` in it stands for the token, where it is part of the address.
    pages : where a reader finds what `quarterdeck publish` copies; left out, messages name the files of `outputs/`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    emails: tuple[Email, ...] = ()
    sender: Email | None = None
    server: Server | None = None
    webhook: Webhook | None = None
    pages: Address | None = None

    @model_validator(mode="after")
    def _whole(self) -> Notify:
        if not (self.emails or self.webhook):
            raise ValueError("nobody is named: write emails or a webhook, or leave [notify] out")
        if self.emails and not (self.sender and self.server):
            raise ValueError("emails need a sender and a mail server: write both")
        return self
