"""Messages in the shapes in which programs and servers write them; all people are invented."""

from base64 import b64encode
from email.header import Header
from random import Random

from orchestrator.messengers.codes import message_id, new_code

CODE = new_code(Random(3).choice)
OURS = message_id(CODE, "offers@sandbox.example")
FIRST, SECOND = CODE.split("-")


def raw(head: str, body: str, *, charset: str = "utf-8") -> bytes:
    """A message with the line ends of mail; ``{code}`` and ``{ours}`` are filled in."""
    fill = {"{code}": CODE, "{ours}": OURS, "{lower}": CODE.lower(), "{first}": FIRST,
            "{second}": SECOND}  # fmt: skip
    text = f"{head.strip()}\n\n{body.lstrip()}"
    for name, value in fill.items():
        text = text.replace(name, value)
    return text.replace("\n", "\r\n").encode(charset, "replace")


PERSON = "From: Uwe Beispiel <uwe@example.org>\nTo: offers@sandbox.example\nMIME-Version: 1.0\n"
TEXT = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"


def encoded(text: str) -> str:
    return Header(text.replace("{code}", CODE), "utf-8").encode()


RECEIPTS = {
    "gmail, quoted": raw(
        f"{PERSON}{TEXT}Subject: Re: Ein Angebot\nX-Mailer: none",
        "Danke, ist angekommen!\n\nAm Mo., 30. Nov. 2026 um 09:00 Uhr schrieb Woche der Türen <\n"
        "offers@sandbox.example>:\n\n> Guten Tag,\n>\n> Code: {code}\n",
    ),
    "outlook, block below": raw(
        f"{PERSON}{TEXT}Subject: AW: Ein Angebot ({{code}})\nThread-Index: AQHb",
        "Erhalten.\n\nVon: Woche der Türen\nGesendet: Montag, 30. November 2026 09:00\n"
        "An: Uwe Beispiel\nBetreff: Ein Angebot ({code})\n\nGuten Tag,\n",
    ),
    "outlook, forwarded to us": raw(
        f"{PERSON}{TEXT}Subject: WG: Ein Angebot ({{code}})", "Zur Kenntnis, ich kümmere mich.\n"
    ),
    "iphone": raw(
        f"{PERSON}{TEXT}Subject: Re: Ein Angebot\nX-Mailer: iPhone Mail (22A3354)",
        "Ok mach ich\n\nVon meinem iPhone gesendet\n\n> Am 30.11.2026 um 09:00 schrieb Woche <o@x>:"
        "\n> \n> \ufeffCode: {code}\n",
    ),
    "webmail without a quote": raw(
        f"{PERSON}{TEXT}Subject: {encoded('Aw: Ein Angebot für Görlitz ({code})')}", "Danke\n"
    ),
    "code typed by hand, small": raw(
        f"{PERSON}{TEXT}Subject: Bestätigung", "habe es bekommen, code {lower}, gruss\n"
    ),
    "code at a line's break": raw(
        f"{PERSON}{TEXT}Subject: Re:", "> Bitte antworten Sie mit dem Code {first}-\n{second}\n"
    ),
    "only the thread tells": raw(
        f"{PERSON}{TEXT}Subject: Danke!\nIn-Reply-To: {{ours}}\nReferences:\n {{ours}}",
        "Kommt gut.\n",
    ),
    "html only": raw(
        f"{PERSON}Subject: Re: Angebot\nContent-Type: text/html; charset=utf-8",
        "<html><body><p>Danke!</p><blockquote>Code:&nbsp;<b>{first}</b>-<span>{second}</span><br>"
        "</blockquote></body></html>\n",
    ),
    "quoted-printable": raw(
        f"{PERSON}Subject: Re: Angebot\nContent-Type: text/plain; charset=iso-8859-1\n"
        "Content-Transfer-Encoding: quoted-printable",
        f"Gr=FC=DFe, Code {FIRST}=2D{SECOND[:2]}=\n{SECOND[2:]}\n",
    ),
    "arabic": raw(
        f"{PERSON}{TEXT}Subject: {encoded('رد: عرض عمل ({code})')}",
        "وصلت الرسالة، شكراً جزيلاً\n\nفي الاثنين، 30 نوفمبر 2026 كتب:"
        "\n> الرمز: \u2066{code}\u2069\n",
    ),
    "english, forwarded as an attachment": raw(
        f'{PERSON}Subject: see attached\nContent-Type: multipart/mixed; boundary="b"',
        "--b\nContent-Type: text/plain\n\nGot this.\n--b\nContent-Type: message/rfc822\n\n"
        "Subject: An offer ({code})\n\nHello\n--b--\n",
    ),
    "alternative, base64": raw(
        f'{PERSON}Subject: Re: x\nContent-Type: multipart/alternative; boundary="b"',
        "--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
        f"{b64encode(f'Danke! {CODE}'.encode()).decode()}\n--b\nContent-Type: text/html\n\n"
        "<p>Danke!</p>\n--b--\n",
    ),
    "said by itself that a person wrote it": raw(
        f"{PERSON}{TEXT}Subject: Re: {{code}}\nAuto-Submitted: no\nPrecedence: first-class", "da\n"
    ),
    "wrong charset": raw(
        f"{PERSON}Subject: Re: x\nContent-Type: text/plain; charset=us-ascii",
        "Grüße, angekommen {code}\n", charset="cp1252",
    ),
    "speaks of being away": raw(
        f"{PERSON}{TEXT}Subject: Re: Ein Angebot ({{code}})",
        "Ich bin ab Freitag nicht im Büro (out of office), rufe aber vorher an.\n",
    ),
    "speaks of an automatic gate": raw(
        f"{PERSON}{TEXT}Subject: Re: Autohaus sucht Helfer ({{code}})", "Danke, passt.\n"
    ),
}  # fmt: skip

AUTOMATIC = {
    "exchange, german": raw(
        f"{PERSON}{TEXT}Subject: Automatische Antwort: Ein Angebot ({{code}})\n"
        "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All", "Bin im Urlaub.\n",
    ),
    "exchange, subject alone": raw(
        f"{PERSON}{TEXT}Subject: Automatische Antwort: Ein Angebot ({{code}})", "Bin im Urlaub.\n"
    ),
    "english": raw(
        f"{PERSON}{TEXT}Subject: Automatic reply: An offer ({{code}})", "I am away.\n"
    ),
    "english, out of office": raw(
        f"{PERSON}{TEXT}Subject: Out of Office: RE: An offer ({{code}})", "I am away.\n"
    ),
    "german, absent": raw(
        f"{PERSON}{TEXT}Subject: {encoded('Abwesenheitsnotiz: Ein Angebot ({code})')}", "Urlaub.\n"
    ),
    "arabic": raw(f"{PERSON}{TEXT}Subject: {encoded('رد تلقائي: عرض ({code})')}", "أنا في إجازة\n"),
    "vacation (rfc 3834)": raw(
        f"{PERSON}{TEXT}Subject: Urlaub\nAuto-Submitted: auto-replied (vacation)\n"
        "In-Reply-To: {ours}", "Bin weg.\n",
    ),
    "gmail": raw(
        f"{PERSON}{TEXT}Subject: Abwesend Re: Ein Angebot ({{code}})\nPrecedence: bulk\n"
        "X-Autoreply: yes", "Bin weg.\n",
    ),
    "x-autoreply alone": raw(f"{PERSON}{TEXT}Subject: Re: {{code}}\nX-Autoreply: yes", "Weg.\n"),
    "x-autorespond alone": raw(f"{PERSON}{TEXT}Subject: {{code}}\nX-Autorespond: x", "Weg.\n"),
    "precedence auto_reply": raw(
        f"{PERSON}{TEXT}Subject: Re: {{code}}\nPrecedence: auto_reply", "Weg.\n"
    ),
    "mailing list": raw(
        f"{PERSON}{TEXT}Subject: Re: {{code}}\nPrecedence: list\nList-Id: <team.example.org>", "x\n"
    ),
    "no return path": raw(f"Return-Path: <>\n{PERSON}{TEXT}Subject: Re: {{code}}", "x\n"),
    "ticket system": raw(
        f"From: Service <noreply@tickets.example.org>\n{TEXT}Subject: [#4711] Angebot ({{code}})",
        "Ihre Anfrage ist eingegangen.\n",
    ),
    "read receipt": raw(
        f"{PERSON}Subject: Gelesen: Ein Angebot ({{code}})\nContent-Type: multipart/report;"
        ' report-type=disposition-notification; boundary="b"',
        "--b\nContent-Type: text/plain\n\nIhre Nachricht wurde angezeigt.\n--b\nContent-Type:"
        " message/disposition-notification\n\nOriginal-Message-ID: {ours}\nDisposition: manual-"
        "action/MDN-sent-manually; displayed\n--b--\n",
    ),
}  # fmt: skip


def report(action: str, status: str, said: str, *, subject: str, daemon: str, back: str) -> bytes:
    """A delivery report by RFC 3464."""
    return raw(
        f"Return-Path: <>\nFrom: {daemon}\nTo: offers@sandbox.example\nSubject: {subject}\n"
        "Auto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: multipart/report;"
        ' report-type=delivery-status; boundary="r"',
        f"--r\nContent-Type: text/plain; charset=utf-8\n\n{said}\n\n--r\nContent-Type: message/"
        "delivery-status\n\nReporting-MTA: dns; mx.example.org\nX-Queue-Id: 4711\n\n"
        f"Final-Recipient: rfc822; uwe@example.org\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; {said}\n\n--r\n{back}\n--r--\n",
    )


HEADERS = "Content-Type: text/rfc822-headers\n\nMessage-ID: {ours}\nSubject: Ein Angebot\n"
WHOLE = "Content-Type: message/rfc822\n\nMessage-ID: {ours}\nSubject: x\n\nCode: {code}\n"
GONE = "550 5.1.1 <uwe@example.org>: Recipient address rejected: User unknown"
BOUNCES = {
    "postfix": report(
        "failed", "5.1.1", GONE, subject="Undelivered Mail Returned to Sender",
        daemon="Mail Delivery System <MAILER-DAEMON@mx.example.org>", back=WHOLE,
    ),
    "exchange online": report(
        "failed", "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found",
        subject=encoded("Unzustellbar: Ein Angebot ({code})"),
        daemon="Microsoft Outlook <MicrosoftExchange329e71ec88ae4615@example.org>", back=WHOLE,
    ),
    "exchange, english": report(
        "failed", "5.1.1", GONE, subject="Undeliverable: An offer",
        daemon="postmaster@example.org", back=HEADERS,
    ),
    "gmail": report(
        "failed", "5.1.1", GONE, subject="Delivery Status Notification (Failure)",
        daemon="Mail Delivery Subsystem <mailer-daemon@googlemail.com>", back=WHOLE,
    ),
    "sendmail, relayed by an honest name": report(
        "Failed", "5.1.2", GONE, subject="Returned mail: see transcript for details",
        daemon="Uwe <uwe@example.org>", back=HEADERS,
    ),
    "exim, no report": raw(
        "From: Mail Delivery System <Mailer-Daemon@mx.example.org>\nX-Failed-Recipients:"
        " uwe@example.org\nAuto-Submitted: auto-replied\nSubject: Mail delivery failed: returning"
        " message to sender",
        "A message that you sent could not be delivered.\n\n  uwe@example.org\n    550 5.1.1 User"
        " unknown\n\n------ This is a copy of the message. ------\n\nMessage-ID: {ours}\n",
    ),
    "qmail": raw(
        "From: MAILER-DAEMON@mx.example.org\nSubject: failure notice",
        "Hi. This is the qmail-send program.\n\n<uwe@example.org>:\n192.0.2.7 does not like"
        " recipient.\nRemote host said: 550 5.1.1 unknown user\n\n--- Below this line is a copy\n\n"
        "Message-ID: {ours}\nSubject: Ein Angebot ({code})\n",
    ),
    "t-online, german": raw(
        "From: Mail Delivery System <postmaster@mx.example.org>\nSubject:"
        f" {encoded('Nachricht nicht zugestellt')}\nReturn-Path: <>",
        "Diese Nachricht konnte nicht zugestellt werden:\n550 5.1.1 Unbekannter Empfänger\n"
        "Betreff: Ein Angebot ({code})\n",
    ),
}  # fmt: skip

NO_BOUNCE = {
    "delayed": report(
        "delayed", "4.4.1", "451 4.4.1 connection timed out", subject="Delayed Mail (still being"
        " retried)", daemon="MAILER-DAEMON@mx.example.org", back=HEADERS,
    ),
    "delivered": report(
        "delivered", "2.1.5", "250 2.1.5 OK", subject="Successful Mail Delivery Report",
        daemon="MAILER-DAEMON@mx.example.org", back=HEADERS,
    ),
    "exim, warning": raw(
        "From: Mail Delivery System <Mailer-Daemon@mx.example.org>\nSubject: Warning: message 1x"
        " delayed 24 hours\nX-Failed-Recipients: uwe@example.org", "No action required.\n{ours}\n",
    ),
}  # fmt: skip

OTHER = {
    "a newsletter": raw(f"{PERSON}{TEXT}Subject: Neues", "Hallo\n"),
    "a person about something else": raw(f"{PERSON}{TEXT}Subject: Frage", "Tel. 0761-5550 100\n"),
    "somebody else's bounce": report(
        "failed", "5.1.1", GONE, subject="Undelivered Mail", daemon="MAILER-DAEMON@mx.example.org",
        back="Content-Type: text/rfc822-headers\n\nMessage-ID: <1@example.org>\n",
    ).replace(CODE.encode(), b""),
    "our own letter": raw(
        f"From: offers@sandbox.example\nX-Tueroeffner-Code: {{code}}\n{TEXT}Subject: {{code}}", "\n"
    ),
    "our own letter, stripped": raw(
        f"From: offers@sandbox.example\nMessage-ID: {{ours}}\n{TEXT}Subject: {{code}}", "x\n"
    ),
    "nothing": b"",
}  # fmt: skip
