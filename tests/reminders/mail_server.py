"""A small mail server on loopback that speaks real SMTP, and misbehaves where a test asks it to."""

from __future__ import annotations

import email
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage

from app.foundation.mail import MailServer

LONG = 30.0  # longer than any test waits


@dataclass
class Inbox:
    """What has arrived, and how the server answers: a command -> its answer, or "silence", or "hang up"."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    received: list[bytes] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    in_clear: list[str] = field(default_factory=list)  # the commands that anybody on the way could read
    certificate: ssl.SSLContext | None = None  # with one the server offers STARTTLS

    @property
    def messages(self) -> list[EmailMessage]:
        return [email.message_from_bytes(raw, policy=policy.default) for raw in self.received]  # type: ignore[misc]

    @property
    def server(self) -> MailServer:
        return MailServer("127.0.0.1", self.port, "fees@example.com", starttls=False)


class _Conversation(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        inbox: Inbox = self.server.inbox  # type: ignore[attr-defined]
        self.closed = False
        if not self._answered(inbox, "CONNECT", "220 ready"):
            return
        while not self.closed and (line := self.rfile.readline()):
            words = line.decode("ascii", "replace").strip()
            command = words.split(" ")[0].split(":")[0].upper()
            inbox.commands.append(words)
            if not isinstance(self.connection, ssl.SSLSocket):
                inbox.in_clear.append(words)
            if command == "DATA":
                if self._answered(inbox, "DATA", "354 go on") and inbox.answers.get("DATA", "354").startswith("354"):
                    self._take(inbox)
            elif command == "STARTTLS" and inbox.certificate is not None:
                if not self._encrypted(inbox.certificate):
                    return
            elif command == "EHLO" and inbox.certificate is not None and not isinstance(self.connection, ssl.SSLSocket):
                self.wfile.write(b"250-here\r\n250 STARTTLS\r\n")
            elif command == "EHLO" and inbox.certificate is not None:
                self.wfile.write(b"250-here\r\n250 AUTH PLAIN\r\n")
            elif command == "AUTH":
                self.wfile.write(b"235 welcome\r\n")
            elif not self._answered(inbox, command, "221 bye" if command == "QUIT" else "250 fine") or command == "QUIT":
                return

    def finish(self) -> None:
        super().finish()
        if isinstance(self.connection, ssl.SSLSocket):
            self.connection.close()

    def _encrypted(self, certificate: ssl.SSLContext) -> bool:
        self.wfile.write(b"220 begin\r\n")
        try:
            self.connection = certificate.wrap_socket(self.connection, server_side=True)
        except (ssl.SSLError, OSError):  # the other side does not believe the certificate
            return False
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        return True

    def _take(self, inbox: Inbox) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        if inbox.answers.get("TEXT", "250").startswith("250") or inbox.answers["TEXT"] == "silence":
            inbox.received.append(b"".join(lines))
        self._answered(inbox, "TEXT", "250 taken")

    def _answered(self, inbox: Inbox, command: str, usual: str) -> bool:
        answer = inbox.answers.get(command, usual)
        if answer == "silence":
            deadline = time.monotonic() + LONG
            while time.monotonic() < deadline and not self.server.ending.wait(0.05):  # type: ignore[attr-defined]
                pass
            self.closed = True
            return False
        if answer == "hang up":
            self.closed = True
            return False
        self.wfile.write(answer.encode() + b"\r\n")
        return True


class _Server(socketserver.ThreadingTCPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: who does not trust the server hangs up in the middle."""

    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def mail_server(port: int = 0, certificate: ssl.SSLContext | None = None, **answers: str) -> Iterator[Inbox]:
    """Serve on loopback; ``RCPT="550 no such user"`` says how a command is answered, a certificate offers STARTTLS."""
    with _Server(("127.0.0.1", port), _Conversation) as server:
        server.ending = threading.Event()  # type: ignore[attr-defined]
        inbox = server.inbox = Inbox(server.server_address[1], dict(answers), certificate=certificate)  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield inbox
        finally:
            server.ending.set()  # type: ignore[attr-defined]
            server.shutdown()
            thread.join()
