"""Reminder day settings 提醒天數設置 (B5.1): the office's steps, and its own words in each language."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose
from sqlalchemy import select

from app.broadband.operations.standing import policy
from app.broadband.rules.status import MOST_STEPS
from app.foundation.database import db
from app.foundation.guards import status_of
from app.foundation.i18n import say
from app.foundation.transactions import run
from app.foundation.views import EntityForm, LongTextField, TextField
from app.foundation.views.access import allowed, needs
from app.foundation.views.edited import SAVED, UNPROCESSABLE
from app.foundation.views.office import chosen_office, office_argument
from app.foundation.views.saving import require_version, version_of
from app.foundation.views.state import SharedObject
from app.offices.choices import Language
from app.reminders.documents import standard
from app.reminders.mailing import mailing_news, sender_address
from app.reminders.models import LONGEST_SUBJECT, LetterTemplate
from app.reminders.operations.settings import PARTS, save_reminder_days, save_words, version_of_words
from app.reminders.queries import templates_of
from app.reminders.rules.steps import steps_of
from app.reminders.rules.templates import PLACES
from app.values.errors import N_, Conflict, Message, NotFound, OperationRefused

PLACES_HELP = Message("What stands in braces is filled in: %(places)s", places=" ".join(f"{{{name}}}" for name in PLACES))


class DaysForm(EntityForm):
    """The steps as people write them."""

    reminder_days = TextField(
        N_("Reminder days"),
        required=True,
        longest=80,
        span=2,
        help=Message(
            "Days before the stop date with commas between them, such as 15, 7, 3, 0: at most %(most)s of them. "
            "From the largest on, a line is shown as expiring.",
            most=MOST_STEPS,
        ),
    )


class WordsForm(EntityForm):
    """The office's words in one language."""

    subject = TextField(N_("Subject"), longest=LONGEST_SUBJECT, span=3)
    body = LongTextField(N_("Text of the letter"), span=3, help=PLACES_HELP)
    ways_to_pay = LongTextField(
        N_("How to pay"), span=3, help=N_("On letters and renewal notices: counter, opening hours, the office's own account.")
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.body.render_kw = {**(self.body.render_kw or {}), "rows": 14}

    fieldsets = (
        (N_("Letter by e-mail"), ("subject", "body")),
        (N_("Letters and renewal notices"), ("ways_to_pay",)),
    )


class ReminderSettingsView(SharedObject, BaseView):
    """When customers are reminded, and in which words. For managers."""

    route_base = "/remindersettingsview"
    default_view = "list"
    icon = "bell-ringing"

    @expose("/list/")
    @needs("list")
    def list(self) -> Any:
        """Show the steps, the words, and whether letters go out."""
        office = self._office()
        own = {template.language: template for template in db.session.scalars(templates_of(office))}
        words = [
            {
                "label": str(language.label),
                "lang": language.value.replace("_", "-"),
                "subject": self._shown(own.get(language), language, "subject"),
                "is_own": any(getattr(own[language], part) for part in PARTS) if language in own else False,
                "href": url_for("ReminderSettingsView.words", language=language.value, office=office_argument()),
            }
            for language in Language
        ]
        return self.render_template(
            "reminders/settings.html",
            steps=policy(office).reminder_days,
            words=words,
            news=mailing_news(),
            sender=sender_address(),
            may_edit=allowed("can_edit", self.class_permission_name),
            edit_days=url_for("ReminderSettingsView.days", office=office_argument()),
        )

    @expose("/days", methods=["GET", "POST"])
    @needs("edit")
    def days(self) -> Any:
        """Show the steps as a form, or store them."""
        office = self._office()
        rules = policy(office)
        version = version_of(rules)
        if request.method != "POST":
            return self._page(N_("Reminder day settings"), DaysForm(data={"reminder_days": steps_in_words(rules.reminder_days)}), version)
        form = DaysForm(request.form)
        if not form.validate():
            return self._page(N_("Reminder day settings"), form, version), UNPROCESSABLE
        try:
            steps = steps_of(form.reminder_days.data)
            run(save_reminder_days, office=office, days=steps, version=require_version(request.form.get("version")))
        except OperationRefused as error:
            return self._refused(N_("Reminder day settings"), form, error, version)
        flash(say(SAVED), "success")
        return redirect(self._back())

    @expose("/words/<string:language>", methods=["GET", "POST"])
    @needs("edit")
    def words(self, language: str) -> Any:
        """Show the words in one language as a form, or store them."""
        if language not in {one.value for one in Language}:
            raise NotFound(Message("This record does not exist."), code="not_found")
        office, chosen = self._office(), Language(language)
        template = self._template(office, chosen)
        version, title = version_of_words(template), Message("Words in %(language)s", language=chosen.label)
        if request.method != "POST":
            return self._page(title, WordsForm(data={part: self._shown(template, chosen, part) for part in PARTS}), version)
        form = WordsForm(request.form)
        if not form.validate():
            return self._page(title, form, version), UNPROCESSABLE
        try:
            run(save_words, office=office, language=chosen, version=require_version(request.form.get("version")), **form.terms())
        except OperationRefused as error:
            return self._refused(title, form, error, version_of_words(self._template(office, chosen)))
        flash(say(SAVED), "success")
        return redirect(self._back())

    # The pages -------------------------------------------------------------------------------------------------------------

    @staticmethod
    def _office() -> int:
        office = chosen_office()
        if office is None:
            raise NotFound(Message("This record does not exist."), code="not_found")
        return office

    @staticmethod
    def _template(office: int, language: Language) -> LetterTemplate | None:
        statement = select(LetterTemplate).where(LetterTemplate.office_id == office, LetterTemplate.language == language)
        found: LetterTemplate | None = db.session.scalars(statement).one_or_none()
        return found

    @staticmethod
    def _shown(template: LetterTemplate | None, language: Language, part: str) -> str:
        return (getattr(template, part) if template is not None else "") or standard(part, language)

    @staticmethod
    def _back() -> str:
        return url_for("ReminderSettingsView.list", office=office_argument())

    def _refused(self, title: Any, form: EntityForm, error: OperationRefused, version: str) -> Any:
        is_stale = isinstance(error, Conflict)
        return self._page(title, form, version, form.blame(error), is_stale=is_stale), status_of(error)

    def _page(self, title: Any, form: EntityForm, version: str, problems: Any = (), *, is_stale: bool = False) -> Any:
        sent = request.form.get("version")
        return self.render_template(
            "feehouse/form.html",
            view=self,
            form=form,
            record=None,
            title=title,
            problems=problems,
            office_id=chosen_office(),
            # After a refusal for staleness the next try is against the newest state, which the person was told to check.
            version=version if is_stale or sent is None else sent,
            back_to=self._back(),
            was_sent=request.method == "POST",
        )


def steps_in_words(steps: Any) -> str:
    """Return steps as they are typed: "15, 7, 3, 0"."""
    return ", ".join(str(step) for step in steps)
