"""A small mail server on loopback that speaks real SMTP, and misbehaves where a test asks it to."""

from __future__ import annotations

import email
import socketserver
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
            if command == "DATA":
                if self._answered(inbox, "DATA", "354 go on") and inbox.answers.get("DATA", "354").startswith("354"):
                    self._take(inbox)
            elif not self._answered(inbox, command, "221 bye" if command == "QUIT" else "250 fine") or command == "QUIT":
                return

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
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def mail_server(port: int = 0, **answers: str) -> Iterator[Inbox]:
    """Serve on loopback; ``RCPT="550 no such user"`` says how a command is answered."""
    with _Server(("127.0.0.1", port), _Conversation) as server:
        server.ending = threading.Event()  # type: ignore[attr-defined]
        inbox = server.inbox = Inbox(server.server_address[1], dict(answers))  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield inbox
        finally:
            server.ending.set()  # type: ignore[attr-defined]
            server.shutdown()
            thread.join()
