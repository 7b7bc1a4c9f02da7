"""How a message is sent: by e-mail, and by a webhook. Passwords and tokens come from the environment alone."""

from __future__ import annotations

import json
import os
import smtplib
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from quarterdeck.notify.message import Message
from quarterdeck.notify.settings import Notify, this_machine

USER, PASSWORD, TOKEN = "QUARTERDECK_SMTP_USER", "QUARTERDECK_SMTP_PASSWORD", "QUARTERDECK_WEBHOOK_TOKEN"
PORT = 587
TIMEOUT = 20.0
"""Seconds that a server may be silent."""
WAITS = (1.0, 4.0)
"""Seconds before a webhook is called again."""
REFUSED = 500
"""From this number on, what a mail server answers is meant for good."""
PASSING = {408, 425, 429, 500, 502, 503, 504}
"""HTTP's answers that say: not now."""


class NotSent(Exception):
    """A message that could not be sent, and why.

    Parameters
    ----------
    why : in words, with nothing that the server said: it may be anything.
    refused : the server is there, and will not have this message.
    """

    def __init__(self, why: str, *, refused: bool = False) -> None:
        super().__init__(why)
        self.refused = refused


def send_email(told: Message, key: str, settings: Notify) -> None:
    """Send a message to those that the profile names: over TLS, unless the server is this machine and asks no password.

    Parameters
    ----------
    key : what the message is known by, though it be sent twice.

    Raises
    ------
    NotSent : the server does not answer, has no TLS, or will not have it.
    """
    host, _, port = (settings.server or "").partition(":")
    password = os.environ.get(PASSWORD, "")
    try:
        with smtplib.SMTP(host, int(port or PORT), timeout=TIMEOUT) as server:
            if password or not this_machine(host):
                server.starttls(context=ssl.create_default_context())
            if password:
                server.login(os.environ.get(USER) or settings.sender or "", password)
            server.send_message(email_of(told, key, settings))
    except smtplib.SMTPServerDisconnected:
        raise NotSent("the mail server broke off, or was silent for too long") from None
    except smtplib.SMTPRecipientsRefused:
        raise NotSent("the mail server knows none of the addresses", refused=True) from None
    except smtplib.SMTPAuthenticationError:
        raise NotSent(f"the mail server does not take the account with the password of {PASSWORD}") from None
    except smtplib.SMTPResponseException as error:
        raise NotSent(f"the mail server answered {error.smtp_code}", refused=error.smtp_code >= REFUSED) from None
    except smtplib.SMTPException as error:
        raise NotSent(f"the mail server and this could not agree ({type(error).__name__})") from None
    except OSError as error:
        raise NotSent(f"the mail server cannot be reached: {_why(error)}") from None


def email_of(told: Message, key: str, settings: Notify) -> EmailMessage:
    """A message as an e-mail, in plain text and as a page."""
    sender = settings.sender or ""
    made = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    made["From"], made["To"], made["Subject"] = sender, ", ".join(settings.emails), told.subject
    made["Date"], made["Message-ID"] = localtime(), f"<{key}@{sender.partition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(told.as_text())
    made.add_alternative(told.as_html(), subtype="html")
    return made


def post_webhook(told: Message, key: str, settings: Notify) -> None:
    """Post a message as JSON to the address that the profile names, and to no other that it leads to.

    Raises
    ------
    NotSent : nothing there answers after some tries, or it will not have the message.
    """
    address, token = settings.webhook or "", os.environ.get(TOKEN, "").strip()
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Quarterdeck", "Idempotency-Key": key}
    if token and "{token}" not in address:
        headers["Authorization"] = f"Bearer {token}"
    content = json.dumps({"id": key, "text": told.as_text(), **asdict(told)}, ensure_ascii=False).encode()
    request = Request(address.replace("{token}", quote(token, safe="")), content, headers, method="POST")  # noqa: S310
    direct = [ProxyHandler({})] if this_machine(urlsplit(address).hostname or "") else []
    opener = build_opener(_NoRedirects, *direct)
    for wait in (*WAITS, None):
        try:
            with opener.open(request, timeout=TIMEOUT):
                return
        except HTTPError as error:
            error.close()
            why, refused = f"the webhook answered {error.code}", error.code not in PASSING
        except (OSError, HTTPException) as error:
            why, refused = f"the webhook cannot be reached: {_why(error)}", False
        if refused or wait is None:
            raise NotSent(why, refused=refused)
        time.sleep(wait)


class _NoRedirects(HTTPRedirectHandler):
    """Another address than the profile's is never sent anything: it is for a person to write there."""

    def redirect_request(self, req: Request, fp: object, code: int, msg: str, headers: object, newurl: str) -> None:
        return None


def _why(error: Exception) -> str:
    """Why a server could not be reached, in the system's words."""
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError):
        return "it was silent for too long"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return "its certificate is not good"
    return (reason.strerror if isinstance(reason, OSError) else "") or type(reason).__name__


CHANNELS: Mapping[str, tuple[Callable[[Notify], bool], Callable[[Message, str, Notify], None]]] = {
    "e-mail": (lambda settings: bool(settings.emails), send_email),
    "webhook": (lambda settings: bool(settings.webhook), post_webhook),
}
"""Of each way to tell: whether a profile asks for it, and what sends a message."""
