"""Whoever is to be told of a run is told once, by a real server; what cannot be sent is kept, and nothing slips out."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from quarterdeck.authority import Authority, read_authority
from quarterdeck.errors import ProfileError
from quarterdeck.home import Home
from quarterdeck.notify import channels, outbox
from quarterdeck.notify.channels import PASSWORD, TOKEN, USER, NotSent, post_webhook, send_email
from quarterdeck.notify.message import Line, Message, message
from quarterdeck.notify.settings import Notify
from quarterdeck.publish.build import Built
from quarterdeck.quarter import Quarter
from quarterdeck.telling import Went
from tests.conftest import AUTHORITY, ROOT
from tests.servers import certificate, free_port, mail_server, silent_server, web_server
from tests.small_county import nowhere

ROLE, SENDER = "scrutiny@council.example", "papers@council.example"
TOLD = Message(
    authority="Nowhere County Council",
    quarter="2017-18 Q3",
    day="2018-03-12",
    subject="Nowhere County Council: the papers of 2017/18 Q3 are made",
    opening="Nowhere County Council. The papers of 2017/18 Q3 are made (12 March 2018).",
    meeting="The panel’s meeting: 22 March 2018, in 10 days.",
    front="https://council.example/papers/2017-18-Q3/public/index.html",
    made=(Line("Child protection", "https://council.example/papers/2017-18-Q3/public/child_protection.html"),),
    changed_most=(Line("Agency staff: 21.4%, from 14.2% last quarter. Unusually high."),),
)
NOW = dt.datetime(2018, 3, 12, 6, 30)


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No password of this machine, and no long waits."""
    for name in (USER, PASSWORD, TOKEN):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(channels, "WAITS", (0.0, 0.0))


def by_mail(server: str) -> Notify:
    return Notify(emails=(ROLE, "clerk@council.example"), sender=SENDER, server=server)


# What a profile may say


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('emails = ["scrutiny"]', "notify.emails.0: Value error, not an e-mail address: write that of a role"),
        ('emails = ["a@b.example\\nBcc: all@b.example"]', "not an e-mail address"),
        ('emails = ["scrutiny@council.example"]', "emails need a sender and a mail server"),
        ('webhook = "http://hooks.example/x"', "notify.webhook: Value error, a webhook is called by https:// alone"),
        ('webhook = "https://me:secret@hooks.example/x"', "no password in it"),
        ('webhook = "ftp://hooks.example/x"', "not an address"),
        ('webhook = "https://hooks.example/x\\nX: y"', "not an address"),
        ('webhook = "https://hooks.example:port/x"', "not an address"),
        ('webhook = "https://hooks.example/x"\nserver = "mail.example:99999"', "not a mail server"),
        ('webhook = "https://hooks.example/x"\nserver = "mail.example\\nQUIT"', "not a mail server"),
        ('webhook = "https://hooks.example/x"\npassword = "x"', "notify.password: Extra inputs are not permitted"),
        ('pages = "https://council.example/papers/"', "nobody is named"),
    ],
)
def test_what_the_profile_says_of_whom_to_tell_is_checked_when_it_is_read(said: str, why: str, tmp_path: Path) -> None:
    profile = (ROOT / "data" / AUTHORITY / "authority.toml").read_text(encoding="utf-8")
    (tmp_path / "authority.toml").write_text(f"{profile}\n[notify]\n{said}\n", encoding="utf-8")
    with pytest.raises(ProfileError) as refused:
        read_authority(tmp_path / "authority.toml")
    assert why in str(refused.value)
    assert "1 problems in the profile" in str(refused.value)


def test_no_paper_is_made_anew_when_others_are_to_be_told() -> None:
    profile = nowhere()
    assert profile.model_copy(update={"notify": by_mail("mail.example")}).model_dump_json() == profile.model_dump_json()


# E-mail


def test_an_e_mail_says_what_was_made_in_plain_text_and_as_a_page() -> None:
    with mail_server() as box:
        send_email(TOLD, "key", by_mail(box.server))
    (sent,) = box.messages
    assert box.to == [[ROLE, "clerk@council.example"]]
    assert (sent["Subject"], sent["From"], sent["Message-ID"]) == (TOLD.subject, SENDER, "<key@council.example>")
    assert sent["Auto-Submitted"] == "auto-generated"
    plain, page = (sent.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert page is not None
    assert plain.get_content().splitlines() == TOLD.as_text().splitlines()
    assert "Agency staff: 21.4%, from 14.2% last quarter. Unusually high." in page.get_content()
    assert '<a href="https://council.example/papers/2017-18-Q3/public/child_protection.html">' in page.get_content()
    assert all(byte < 128 for byte in box.raw[0]), "no server need take eight bits"


def hostile() -> Authority:
    return nowhere().model_copy(
        update={"name": "Nowhere\r\nBcc: all@council.example\r\n\r\n<script>alert(1)</script>\u2028\u202e\0"}
    )


def test_no_name_can_add_a_header_a_line_or_a_script(tmp_path: Path) -> None:
    built = Built(tmp_path, (), (), {"public/one": "a cell\r\nBcc: all@council.example"})
    told = message(Home(tmp_path), hostile(), Quarter(2017, 3), NOW.date(), built, Went(1))
    assert told is not None
    with mail_server() as box:
        send_email(told, "key", by_mail(box.server))
    (sent,) = box.messages
    assert (sent["Bcc"], box.to) == (None, [[ROLE, "clerk@council.example"]])
    assert "\u202e" not in str(sent["Subject"])
    assert "Bcc" in str(sent["Subject"]), "it is a word of the name, and stands there as one"
    page = sent.get_body(("html",))
    assert page is not None
    assert "<script" not in page.get_content()


def test_a_password_goes_over_tls_to_a_server_whose_certificate_is_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSWORD, "secret")
    own = certificate(tmp_path / "own.pem")
    with mail_server(own, (SENDER.encode(), b"secret")) as box:
        with pytest.raises(NotSent, match="its certificate is not good"):
            send_email(TOLD, "key", by_mail(box.server))
        assert box.accounts == []
        monkeypatch.setenv("SSL_CERT_FILE", str(own))
        send_email(TOLD, "key", by_mail(box.server))
        assert box.accounts == [(SENDER.encode(), b"secret")]
        assert len(box.messages) == 1
        monkeypatch.setenv(PASSWORD, "wrong")
        with pytest.raises(NotSent, match="does not take the account") as refused:
            send_email(TOLD, "key", by_mail(box.server))
        assert "wrong" not in str(refused.value)
        assert not refused.value.refused, "to try the next message with it could lock the account"


def test_a_password_is_never_sent_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, "secret")
    with mail_server() as box:
        with pytest.raises(NotSent, match="could not agree"):
            send_email(TOLD, "key", by_mail(box.server))
        assert (box.accounts, box.raw) == ([], [])


def test_another_machine_is_sent_nothing_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "this_machine", lambda _: False)
    with mail_server() as box:
        with pytest.raises(NotSent, match="could not agree"):
            send_email(TOLD, "key", by_mail(box.server))
        assert box.raw == []


@pytest.mark.parametrize("way", [send_email, post_webhook])
def test_a_server_that_is_silent_is_not_waited_for(way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "TIMEOUT", 0.2)
    with silent_server() as server:
        settings = Notify(emails=(ROLE,), sender=SENDER, server=server, webhook=f"http://{server}/hook")
        with pytest.raises(NotSent, match="silent for too long"):
            way(TOLD, "key", settings)


# Webhook


def test_a_webhook_is_posted_the_message_as_json() -> None:
    with web_server() as hook:
        post_webhook(TOLD, "key", Notify(webhook=hook.address))
    (posted,), ((method, path, headers),) = hook.messages, hook.asked
    assert (method, path, headers["Idempotency-Key"]) == ("POST", "/hook", "key")
    assert "Authorization" not in headers
    assert posted["text"] == TOLD.as_text()
    assert posted["made"] == [{"said": TOLD.made[0].said, "link": TOLD.made[0].link}]
    assert {"id", "authority", "quarter", "day", "subject", "meeting", "changed_most", "not_made"} <= posted.keys()


@pytest.mark.parametrize(
    ("within", "path", "sent"), [("", "/hook", "Bearer a/b c"), ("?key={token}", "/hook?key=a%2Fb%20c", None)]
)
def test_the_token_is_sent_with_the_message_or_is_part_of_the_address(
    within: str, path: str, sent: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN, "a/b c\n")
    with web_server() as hook:
        post_webhook(TOLD, "key", Notify(webhook=hook.address + within))
    ((_, asked, headers),) = hook.asked
    assert (asked, headers.get("Authorization")) == (path, sent)


@pytest.mark.parametrize("answer", [301, 302, 303, 307, 308])
def test_a_webhook_that_leads_elsewhere_is_not_followed(answer: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, "secret")
    with web_server() as other, web_server([answer], leads_to=other.address) as hook:
        with pytest.raises(NotSent, match=f"answered {answer}"):
            post_webhook(TOLD, "key", Notify(webhook=hook.address))
        assert (len(hook.asked), other.asked) == (1, [])


def test_a_webhook_that_is_busy_is_called_again_with_the_same_message() -> None:
    with web_server([503, 429]) as hook:
        post_webhook(TOLD, "key", Notify(webhook=hook.address))
    assert len(hook.asked) == 3
    assert len(set(hook.raw)) == 1


@pytest.mark.parametrize(("answers", "calls", "refused"), [([500] * 9, 3, False), ([400], 1, True)])
def test_a_webhook_that_says_no_is_left(answers: list[int], calls: int, refused: bool) -> None:
    with web_server(answers) as hook:
        with pytest.raises(NotSent) as not_sent:
            post_webhook(TOLD, "key", Notify(webhook=hook.address))
        assert (len(hook.asked), not_sent.value.refused) == (calls, refused)


# What waits to be sent


def waiting(home: Home, settings: Notify, *told: Message) -> Authority:
    """An authority with messages that wait, made a minute after each other."""
    profile = nowhere().model_copy(update={"notify": settings})
    for number, one in enumerate(told):
        outbox.keep(home, profile, one, NOW + dt.timedelta(minutes=number))
    return profile


def test_a_message_that_cannot_be_sent_is_kept_and_sent_once_when_the_server_is_there_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, port = Home(tmp_path), free_port()
    profile = waiting(home, by_mail(f"127.0.0.1:{port}"), TOLD)
    before = [file.read_bytes() for file in outbox.kept(home, "nowhere")]
    outbox.send(home, profile)
    assert "Not told by e-mail: the mail server cannot be reached" in capsys.readouterr().err
    assert [file.read_bytes() for file in outbox.kept(home, "nowhere")] == before
    with mail_server(port=port) as box:
        outbox.send(home, profile)
        outbox.send(home, profile)
    assert [sent["Subject"] for sent in box.messages] == [TOLD.subject]
    assert outbox.kept(home, "nowhere") == []


def test_one_way_that_fails_keeps_no_other_from_being_told(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with web_server() as hook:
        settings = replace_webhook(by_mail(f"127.0.0.1:{free_port()}"), hook.address)
        outbox.send(home, waiting(home, settings, TOLD))
        assert len(hook.messages) == 1
    assert [file.name.split(".")[-2] for file in outbox.kept(home, "nowhere")] == ["e-mail"]


def replace_webhook(settings: Notify, webhook: str) -> Notify:
    return Notify(**{**settings.model_dump(), "webhook": webhook})


def test_a_server_that_does_not_answer_is_asked_once_and_one_message_that_it_refuses_holds_up_no_other(
    tmp_path: Path,
) -> None:
    home, second = Home(tmp_path), replace(TOLD, subject="The second")
    with web_server([500] * 3) as hook:
        profile = waiting(home, Notify(webhook=hook.address), TOLD, second)
        outbox.send(home, profile)
        assert len(hook.asked) == 3
        assert len(outbox.kept(home, "nowhere")) == 2
        hook.answers = [400]
        outbox.send(home, profile)
        assert hook.messages[-1]["subject"] == "The second"
    assert len(outbox.kept(home, "nowhere")) == 1


def test_of_messages_that_nobody_takes_the_newest_are_kept(tmp_path: Path) -> None:
    home = Home(tmp_path)
    many = [replace(TOLD, subject=str(number)) for number in range(outbox.MOST + 2)]
    waiting(home, Notify(webhook="https://hooks.example/x"), *many)
    subjects = [json.loads(file.read_text())["subject"] for file in outbox.kept(home, "nowhere")]
    assert subjects == [one.subject for one in many[2:]]


def test_what_waits_is_its_owners_alone_and_what_is_damaged_goes(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with web_server() as hook:
        profile = waiting(home, Notify(webhook=hook.address), TOLD, TOLD)
        first, _ = outbox.kept(home, "nowhere")
        assert f"{first.parent.stat().st_mode & 0o777:o}" == "700"
        (tmp_path / "any").mkdir()
        assert home.outputs.stat().st_mode == (tmp_path / "any").stat().st_mode, "the pages in it are for others too"
        first.write_text('{"subject": 1}')
        outbox.send(home, profile)
        assert len(hook.messages) == 1
    assert outbox.kept(home, "nowhere") == []


def test_whoever_is_no_longer_named_is_not_told(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with mail_server() as box:
        profile = waiting(home, by_mail(box.server), TOLD)
        outbox.send(home, profile.model_copy(update={"notify": None}))
        assert (box.raw, outbox.kept(home, "nowhere")) == ([], [])


# What is told


def told_of(home: Home, built: Built | None, went: Went) -> Message | None:
    return message(home, nowhere(), Quarter(2017, 3), NOW.date(), built, went)


def test_where_nothing_was_made_and_nothing_failed_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert told_of(Home(tmp_path), Built(tmp_path, (), ("public/one",), {}), Went()) is None


def test_of_returns_with_problems_the_message_says_where_and_no_value_of_them(tmp_path: Path) -> None:
    said = "1 problem in 2017-18-Q3/ssda903/episodes.csv\n\nline  column  value\n1002  DEC     31/02/2018"
    told = told_of(Home(tmp_path), None, Went(3, said))
    assert told is not None
    assert [line.said for line in told.not_made] == ["1 problem in 2017-18-Q3/ssda903/episodes.csv"]
    assert told.subject.endswith("could not be made")
    assert "31/02" not in told.as_text()


def test_why_an_officers_copy_failed_is_not_told_for_it_may_hold_what_the_public_copy_hides(tmp_path: Path) -> None:
    built = Built(
        tmp_path, ("public/two",), (), {"officers/one": "it says 3", "officers/two": "it says 4", "public/two": "no"}
    )
    told = told_of(Home(tmp_path), built, Went(1))
    assert told is not None
    assert "it says" not in told.as_text()
    assert [line.said for line in told.not_made] == [
        "one: the officers’ copy; the run’s log says why.", "two: no",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("made", "kept", "failed", "ended"),
    [
        (("public/one",), (), {}, "are made"),
        (("public/one",), (), {"public/two": "why"}, "are made, but not all of them"),
        ((), ("public/one",), {"public/two": "why"}, "are made, but not all of them"),
        ((), (), {"public/two": "why"}, "could not be made"),
    ],
)
def test_the_subject_says_how_the_build_ended(
    made: tuple[str, ...], kept: tuple[str, ...], failed: dict[str, str], ended: str, tmp_path: Path
) -> None:
    told = told_of(Home(tmp_path), Built(tmp_path, made, kept, failed), Went())
    assert told is not None
    assert told.subject == f"Nowhere County Council: the papers of 2017/18 Q3 {ended}"
