"""What the environment says, read once and checked: a wrong value is explained and stops the program.

``read_settings`` turns the variables into ``Settings``; ``flask_config`` turns those into what Flask and FAB want.
What an office may change itself is a row with a page, not a setting here.
"""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from app.foundation.mail import TLS_FROM_THE_START, MailServer
from app.foundation.postgres import embedded_url
from app.values.email_addresses import is_email

HERE = Path(__file__).resolve().parent
DATABASE = "feehouse"
DATA_KEY_FILE = "data.key"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
SHORTEST_SECRET_KEY = 16
SHORTEST_PASSPHRASE = 12
MEGABYTE = 1024 * 1024
LANGUAGES = {"en": "English", "zh_Hans": "简体中文", "zh_Hant": "繁體中文", "vi": "Tiếng Việt"}


class SettingsError(Exception):
    """A variable of the environment or a file in the data folder is wrong; the text says which, why, and what would be right."""


class Installation(StrEnum):
    """What a data folder was made for. One can never be served as the other."""

    ORDINARY = "ordinary"
    TRAINING = "training"


@dataclass(frozen=True)
class Settings:
    """Everything the program must know before it can ask its database."""

    data_folder: Path
    database_url: str = field(repr=False)
    embedded: bool
    host: str
    port: int
    public_url: str
    installation: Installation
    secret_key: str = field(repr=False)
    data_key_id: str
    data_key: bytes = field(repr=False)
    backup_folder: Path = HERE / "var" / "backups"
    backup_passphrase: str | None = field(default=None, repr=False)
    log_format: str = ""
    trusted_proxies: int = 0
    mail_server: MailServer | None = field(default=None, repr=False)

    @property
    def is_training(self) -> bool:
        return self.installation is Installation.TRAINING

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def sqlalchemy_url(self) -> str:
        """Return the address of the database with the driver named."""
        return "postgresql+psycopg" + self.database_url.removeprefix("postgresql")


def read_settings(environment: Mapping[str, str] = os.environ, *, training: bool | None = None) -> Settings:
    """Return the settings of this installation, making its data folder and keys on the first call.

    ``training`` says what the caller wants to serve; None takes the installation as it is. Raises SettingsError.
    """
    host, port = _host(environment), _port(environment)
    public_url = _public_url(environment, host, port)
    given_url = _database_url(environment)
    folder = _data_folder(environment)
    installation = _installation(folder, training)
    key_id, key = _data_key(folder)
    return Settings(
        data_folder=folder,
        database_url=given_url or embedded_url(folder, DATABASE),
        embedded=given_url is None,
        host=host,
        port=port,
        public_url=public_url,
        installation=installation,
        secret_key=_secret_key(environment, folder),
        data_key_id=key_id,
        data_key=key,
        backup_folder=_backup_folder(environment, folder),
        log_format=_log_format(environment),
        trusted_proxies=_trusted_proxies(environment, public_url),
        backup_passphrase=_backup_passphrase(environment),
        mail_server=_mail_server(environment),
    )


def flask_config(settings: Settings) -> dict[str, Any]:
    """Return the configuration of the Flask application."""
    host = urlsplit(settings.public_url).hostname or ""
    return {
        "SECRET_KEY": settings.secret_key,
        "DATA_KEY": settings.data_key,
        "DATA_KEY_ID": settings.data_key_id,
        "DATA_KEY_FILE": str(settings.data_folder / DATA_KEY_FILE),
        "TRAINING": settings.is_training,
        "INSTALLATION": settings.installation.value,
        "DATA_FOLDER": settings.data_folder,
        "BACKUP_FOLDER": settings.backup_folder,
        "BACKUP_PASSPHRASE": settings.backup_passphrase,
        "PUBLIC_URL": settings.public_url,
        # Nobody gets a letter from a practice installation.
        "MAIL_SERVER": None if settings.is_training else settings.mail_server,
        "IS_HTTPS": settings.is_https,
        # https is spoken by a proxy in front of us; only then its X-Forwarded headers are believed.
        "TRUSTED_PROXIES": settings.trusted_proxies,
        "PREFERRED_URL_SCHEME": "https" if settings.is_https else "http",
        "TRUSTED_HOSTS": sorted({f"[{host}]" if ":" in host else host, *LOOPBACK}),
        "MAX_CONTENT_LENGTH": 6 * MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": 1 * MEGABYTE,
        **_session_config(settings.is_https),
        **_database_config(settings),
        **FAB_CONFIG,
    }


def _session_config(is_https: bool) -> dict[str, Any]:
    return {
        # The prefix makes browsers refuse the cookie from any other host or without https.
        "SESSION_COOKIE_NAME": "__Host-feehouse" if is_https else "feehouse",
        "SESSION_COOKIE_SECURE": is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # The cookie only carries the token: how long that is good says the table of sign-ins, an hour to a day by the office.
        "PERMANENT_SESSION_LIFETIME": timedelta(days=2),
        # A form that was open over lunch must not lose its input; the token ends with the session.
        "WTF_CSRF_TIME_LIMIT": None,
    }


def _database_config(settings: Settings) -> dict[str, Any]:
    return {
        "SQLALCHEMY_DATABASE_URI": settings.sqlalchemy_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "hide_parameters": True,  # an error's log must not hold what people typed
            "query_cache_size": 4000,  # the pages have more statements than the 500 that are kept otherwise
            "pool_size": 8,  # one per thread of a web process
            "max_overflow": 4,
            "pool_timeout": 10,
            "pool_recycle": 1800,
            "connect_args": {"connect_timeout": 5, "application_name": "feehouse", **_haste(settings)},
        },
    }


def _haste(settings: Settings) -> dict[str, str]:
    """Let nobody wait for the disk in a practice installation, whose clock passes over hundreds of nights. A power cut costs a moment."""
    return {"options": "-c synchronous_commit=off"} if settings.is_training and settings.embedded else {}


FAB_CONFIG: dict[str, Any] = {
    "APP_NAME": "Feehouse",
    # Only `upgrade` changes tables and permissions, under a lock; four processes starting at once must not.
    "FAB_CREATE_DB": False,
    "FAB_UPDATE_PERMS": False,
    "AUTH_TYPE": 1,  # AUTH_DB: names and passwords in our own database
    "AUTH_ROLE_ADMIN": "Administrator",
    "AUTH_USER_REGISTRATION": False,
    # FAB's own JSON faces stay closed: its login has no limit, its documents show every column.
    "FAB_API_SWAGGER_UI": False,
    "FAB_ADD_SECURITY_API": False,
    "FAB_ADD_OPENAPI_VIEWS": False,
    "LANGUAGES": {code: {"flag": "", "name": name} for code, name in LANGUAGES.items()},
}


def _host(environment: Mapping[str, str]) -> str:
    host = environment.get("HOST", "").strip() or "127.0.0.1"
    if not re.fullmatch(r"[A-Za-z0-9._:\-]+", host):
        raise SettingsError(f"HOST is {host!r}, which is no address. Take 127.0.0.1 for this machine only, or 0.0.0.0 for the network.")
    return host


def _port(environment: Mapping[str, str]) -> int:
    text = environment.get("PORT", "").strip() or "8080"
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise SettingsError(f"PORT is {text!r}; it must be a whole number from 1 to 65535, such as 8080.")
    return int(text)


def _public_url(environment: Mapping[str, str], host: str, port: int) -> str:
    text = environment.get("PUBLIC_URL", "").strip().rstrip("/")
    if not text:
        name = "127.0.0.1" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104
        return f"http://{name}:{port}"
    try:
        parts = urlsplit(text)
        valid = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if not valid or parts.path or parts.query or parts.fragment or parts.username or not text.isascii() or " " in text:
        raise SettingsError(f"PUBLIC_URL is {text!r}; it must be the address people type, without a path, such as https://fees.example.com")
    return text


def _database_url(environment: Mapping[str, str]) -> str | None:
    """Return DATABASE_URL as libpq writes it, or None for the embedded database. Its password is never shown."""
    text = environment.get("DATABASE_URL", "").strip()
    if not text:
        return None
    wanted = "it must be like postgresql://user:password@host:5432/database"
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        shown = scheme if separator else "something without ://"
        raise SettingsError(f"DATABASE_URL begins with {shown!r}; {wanted}. Feehouse keeps its data in PostgreSQL only.")
    try:
        parts = urlsplit(f"postgresql://{rest}")
        if parts.port == 0:
            raise ValueError
    except ValueError:
        raise SettingsError(f"DATABASE_URL has a wrong port; {wanted}.") from None
    if not unquote(parts.path).strip("/"):
        raise SettingsError(f"DATABASE_URL names no database; {wanted}.")
    return f"postgresql://{rest}"


def _data_folder(environment: Mapping[str, str]) -> Path:
    folder = Path(environment.get("FEEHOUSE_DATA", "").strip() or HERE / "var").expanduser().absolute()
    try:
        if not folder.exists():
            folder.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise SettingsError(
            f"The data folder {folder} cannot be made: {error.strerror}. Set FEEHOUSE_DATA to a folder you may write."
        ) from None
    if not folder.is_dir():
        raise SettingsError(f"FEEHOUSE_DATA is {folder}, which is not a folder.")
    return folder


def _backup_folder(environment: Mapping[str, str], data_folder: Path) -> Path:
    """Return where the nightly backups go; the folder is made by the first of them."""
    return Path(environment.get("FEEHOUSE_BACKUPS", "").strip() or data_folder / "backups").expanduser().absolute()


def _trusted_proxies(environment: Mapping[str, str], public_url: str) -> int:
    """Return how many proxies stand in front of us whose word on the caller's address is believed: by default one where https is spoken."""
    text = environment.get("TRUSTED_PROXIES", "").strip()
    if not text:
        return 1 if public_url.startswith("https://") else 0
    if not re.fullmatch(r"[0-9]", text):
        raise SettingsError(f"TRUSTED_PROXIES is {text!r}; it must be the number of proxies in front of Feehouse, from 0 to 9.")
    return int(text)


def _log_format(environment: Mapping[str, str]) -> str:
    text = environment.get("LOG_FORMAT", "").strip()
    if text not in ("", "json", "human"):
        raise SettingsError(
            f"LOG_FORMAT is {text!r}; it must be json or human, or left out: then it goes by where the lines are written to."
        )
    return text


def _backup_passphrase(environment: Mapping[str, str]) -> str | None:
    given = environment.get("FEEHOUSE_BACKUP_PASSPHRASE") or None
    if given and len(given) < SHORTEST_PASSPHRASE:
        raise SettingsError(
            f"FEEHOUSE_BACKUP_PASSPHRASE has {len(given)} characters; it needs {SHORTEST_PASSPHRASE} or more. "
            "Leave it out, and there is no nightly backup."
        )
    return given


def _mail_server(environment: Mapping[str, str]) -> MailServer | None:
    """Return the server that letters go out by, or None: then they wait in the outbox. Its password is never shown."""
    host = environment.get("SMTP_HOST", "").strip()
    if not host:
        return None
    if not re.fullmatch(r"[A-Za-z0-9._:\-]+", host):
        raise SettingsError(
            f"SMTP_HOST is {host!r}, which is no name of a server. Write it like mail.example.com, the port goes into SMTP_PORT."
        )
    port = environment.get("SMTP_PORT", "").strip() or "587"
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= 65535:
        raise SettingsError(
            f"SMTP_PORT is {port!r}; it must be a whole number from 1 to 65535: 587 mostly, {TLS_FROM_THE_START} for TLS at once."
        )
    sender = environment.get("MAIL_FROM", "").strip()
    if not is_email(sender):
        raise SettingsError(f"MAIL_FROM is {sender!r}; SMTP_HOST needs it: the address that letters come from, such as fees@example.com")
    user, password = environment.get("SMTP_USER", "").strip(), environment.get("SMTP_PASSWORD", "")
    if bool(user) != bool(password):
        raise SettingsError("SMTP_USER and SMTP_PASSWORD belong together: set both, or neither for a server that asks for none.")
    starttls = _yes_or_no(environment, "SMTP_STARTTLS", default=True)
    if user and not starttls and int(port) != TLS_FROM_THE_START and host not in LOOPBACK:
        raise SettingsError("SMTP_STARTTLS is no, but there is a password: it would go to the server unencrypted. Leave SMTP_STARTTLS out.")
    return MailServer(host, int(port), sender, user, password, starttls)


def _yes_or_no(environment: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = environment.get(name, "").strip().lower()
    if text not in ("", "yes", "no"):
        raise SettingsError(f"{name} is {text!r}; it must be yes or no.")
    return text == "yes" if text else default


def _installation(folder: Path, training: bool | None) -> Installation:
    """Return what the folder is marked as, marking a new one."""
    mark = folder / "installation.json"
    wanted = Installation.TRAINING if training else Installation.ORDINARY
    text = _kept(mark, json.dumps({"installation": wanted}) + "\n")
    try:
        found = Installation(json.loads(text)["installation"])
    except (ValueError, KeyError, TypeError):
        raise SettingsError(f'The file {mark} is damaged. It must read {{"installation": "ordinary"}} or "training".') from None
    if training is None or found is wanted:
        return found
    if found is Installation.TRAINING:
        raise SettingsError(
            f"{folder} holds a training installation, which is never served as an ordinary one. "
            "Add --training, or set FEEHOUSE_DATA to another folder."
        )
    raise SettingsError(
        f"{folder} holds an ordinary installation, which is never served for training. "
        "Set FEEHOUSE_DATA to another folder, such as FEEHOUSE_DATA=./var-training"
    )


def _secret_key(environment: Mapping[str, str], folder: Path) -> str:
    given = environment.get("SECRET_KEY", "").strip()
    if given and len(given) < SHORTEST_SECRET_KEY:
        raise SettingsError(f"SECRET_KEY has {len(given)} characters; it needs {SHORTEST_SECRET_KEY} or more, or leave it out.")
    return given or _kept(folder / "secret.key", secrets.token_urlsafe(48) + "\n").strip()


def _data_key(folder: Path) -> tuple[str, bytes]:
    """Return the id and the key that personal data is encrypted with: the first of the file, behind it may stand older ones."""
    file = folder / DATA_KEY_FILE
    if not file.exists() and (folder / "postgres" / "data").exists():
        raise SettingsError(
            f"The data key {file} is missing, but there is a database. Without its key, identity numbers and passwords in it "
            "cannot be read: put the file back, or restore a backup into an empty folder."
        )
    new_key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    lines = _kept(file, f"{secrets.token_hex(4)}:{new_key}\n").split()
    if not lines or not all(re.fullmatch(r"[^:\s]+:[A-Za-z0-9_-]{43}=", line) for line in lines):
        raise SettingsError(f"The data key {file} is damaged. Put the right file back, or restore a backup into an empty folder.")
    key_id, _, key = lines[0].partition(":")
    return key_id, key.encode()


def _kept(file: Path, new_text: str) -> str:
    """Return the text of ``file``, written once with ``new_text`` and readable for its owner only."""
    try:
        if not file.exists():
            _write_once(file, new_text)
        return file.read_text()
    except OSError as error:
        raise SettingsError(
            f"The file {file} cannot be read or written: {error.strerror}. Set FEEHOUSE_DATA to a folder you may write."
        ) from None


def _write_once(file: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(handle, "w") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(handle)
        owner = file.parent.stat()
        if os.name == "posix" and os.geteuid() == 0:
            os.chown(name, owner.st_uid, owner.st_gid)
        # A link never replaces: of two processes that start at once, the second takes over what the first wrote.
        os.link(name, file)
    except FileExistsError:
        return
    finally:
        os.unlink(name)
