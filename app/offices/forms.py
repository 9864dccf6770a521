"""Forms of users: sign in, change a password, make and change a user."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup
from wtforms import SelectMultipleField
from wtforms.validators import StopValidation

from app.foundation.i18n import LANGUAGES, say
from app.foundation.views import ChoiceField, EntityForm, FlagField, SecretField, TextField
from app.offices.passwords import LONGEST, SHORTEST
from app.offices.rules.recovery_codes import LONGEST as LONGEST_CODE
from app.values.errors import N_, Message

PASSWORD_RULES = (
    Message("At least %(count)s characters; three words are easy to remember.", count=SHORTEST),
    Message("Not the username, and nothing that everybody tries first."),
)


class SignInForm(EntityForm):
    """Name and password."""

    username = TextField(N_("Username"), longest=128)
    password = SecretField(N_("Password"), longest=LONGEST, render_kw={"autocomplete": "current-password"})


# A code is read from a telephone: digits on its keyboard, filled in by those that can.
CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "autocapitalize": "none", "spellcheck": "false", "data-never-keep": ""}


class CodeForm(EntityForm):
    """The second step: a code of the app, or a recovery code."""

    code = TextField(N_("Verification code"), longest=LONGEST_CODE)


class ConfirmForm(EntityForm):
    """A first code of the app, and the password of somebody who is not sent here by his office."""

    code = TextField(N_("Verification code"), required=True, longest=LONGEST_CODE, render_kw=CODE)
    password = SecretField(N_("Current password"), longest=LONGEST, render_kw={"autocomplete": "current-password"})


class FactorForm(EntityForm):
    """The password and a code, for what changes how one signs in."""

    password = SecretField(N_("Current password"), required=True, longest=LONGEST, render_kw={"autocomplete": "current-password"})
    code = TextField(
        N_("Verification code"),
        required=True,
        longest=LONGEST_CODE,
        help=N_("Six digits from your authenticator app, or one of your recovery codes."),
        render_kw=CODE | {"inputmode": "text"},
    )


class FactorResetForm(EntityForm):
    """Why a colleague's second factor is switched off."""

    reason = TextField(N_("Reason"), required=True, longest=200, help=N_("It stands in the log."))


class OfficeFactorsForm(EntityForm):
    """Whether everybody of an office needs a second factor."""

    required = FlagField(N_("Everybody of this office signs in with a second factor"))


class PasswordForm(EntityForm):
    """One's own password: the current one, and the new one twice."""

    current = SecretField(N_("Current password"), required=True, longest=LONGEST, render_kw={"autocomplete": "current-password"})
    new = SecretField(N_("New password"), required=True, longest=LONGEST)
    repeated = SecretField(N_("New password again"), required=True, longest=LONGEST)

    def validate_repeated(self, field: Any) -> None:
        """Refuse two different passwords."""
        if self.new.data and field.data != self.new.data:
            raise StopValidation(Message("The two passwords differ."))  # type: ignore[arg-type]


class ResetForm(EntityForm):
    """A password for somebody else."""

    password = SecretField(
        N_("New password"), required=True, longest=LONGEST, help=N_("The user must choose another one at the next sign-in.")
    )


class Ticks:
    """Draws a field of several choices as boxes to tick, under one name for screen readers."""

    def __call__(self, field: Any, **_: Any) -> Markup:
        boxes = [self._box(field, number, value, label) for number, (value, label) in enumerate(field.choices or ())]
        return Markup('<div class="fh-ticks fh-fields fh-fields-3" id="{}" role="group" aria-label="{}">{}</div>').format(
            field.id, say(field.label.text), Markup("").join(boxes)
        )

    @staticmethod
    def _box(field: Any, number: int, value: Any, label: Any) -> Markup:
        checked = Markup(" checked") if value in (field.data or ()) else Markup("")
        return Markup(
            '<label class="form-check fh-check" for="{0}-{1}"><input class="form-check-input" type="checkbox" id="{0}-{1}" name="{2}" '
            'value="{3}"{4}><span class="form-check-label">{5}</span></label>'
        ).format(field.id, number, field.name, value, checked, say(label))


class TicksField(SelectMultipleField):
    """Several of few choices. ``key`` turns a record or a typed text into a value."""

    widget = Ticks()

    def __init__(self, label: Any = None, *, key: Callable[[Any], Any], required: bool = False, span: int = 3, **kwargs: Any) -> None:
        super().__init__(label, coerce=key, choices=[], validate_choice=False, **kwargs)
        self.required, self.span = required, span

    def offer(self, options: Sequence[tuple[Any, Any]]) -> None:
        """Set what may be chosen: (value, label)."""
        self.choices = list(options)

    def pre_validate(self, form: Any) -> None:
        known = {value for value, _ in self.choices or ()}
        if not set(self.data or ()) <= known or (self.required and not self.data):
            raise StopValidation(Message("Please choose"))  # type: ignore[arg-type]


def _role_name(value: Any) -> str:
    return str(getattr(value, "name", value))


def _office_id(value: Any) -> int:
    return int(getattr(value, "id", value))


class _PersonForm(EntityForm):
    """What both forms of a user share."""

    first_name = TextField(N_("Full name"), required=True, longest=64)
    email = TextField(N_("E-mail"), longest=120)
    locale = ChoiceField(N_("Language"), options=list(LANGUAGES.items()))
    roles = TicksField(N_("Roles"), key=_role_name, required=True)
    offices = TicksField(N_("Offices"), key=_office_id)

    def person(self) -> dict[str, Any]:
        """Return the terms both operations take."""
        return {
            "first_name": self.first_name.data,
            "last_name": "",
            "email": self.email.data or "",
            "locale": self.locale.data,
            "roles": tuple(self.roles.data or ()),
            "offices": tuple(self.offices.data or ()),
        }


class NewUserForm(_PersonForm):
    """A new user; the password is replaced by one of his own at the first sign-in."""

    username = TextField(N_("Username"), required=True, longest=64)
    password = SecretField(N_("Password"), required=True, longest=LONGEST, help=N_("The user must choose another one at the next sign-in."))
    fieldsets = ((None, ("username", "first_name", "password", "email", "locale")), (N_("Rights"), ("roles", "offices")))

    def terms(self) -> dict[str, Any]:
        return {**self.person(), "username": self.username.data, "password": self.password.data}


class UserForm(_PersonForm):
    """A user as he is changed."""

    active = FlagField(N_("May sign in"), default=True)
    fieldsets = ((None, ("first_name", "email", "locale", "active")), (N_("Rights"), ("roles", "offices")))

    def terms(self) -> dict[str, Any]:
        return {**self.person(), "active": bool(self.active.data)}
