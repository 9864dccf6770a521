"""What an office prints on its notices, for programs: one row per office, named by the office."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import FileStorage

from app.foundation.api import Answer, Body, Given, ListQuery, Look, Reference, Routes, Text, Whole, done, require_office
from app.foundation.api.fields import TEXT
from app.foundation.api.listing import Listing
from app.foundation.api.resource import patch_of, written
from app.foundation.database import db
from app.foundation.transactions import run
from app.foundation.uploads import PICTURES, checked
from app.foundation.views.saving import version_of
from app.notices.models import MOST_DAYS, NoticeSetting
from app.notices.operations import save_settings, set_collection_code
from app.notices.queries import setting_of

LINE, SHORT = 200, 64
routes = Routes("Notice settings")


class NoticeSettingBody(Body):
    """Account, counter, signature and days; what is left out stays."""

    bank_code = Text(SHORT)
    bank_name = Text(LINE)
    account_number = Text(SHORT)
    account_holder = Text(LINE)
    hotline = Text(SHORT)
    counter = Text(LINE)
    city = Text(SHORT)
    signer = Text(LINE)
    clause = Text(SHORT)
    measures = Text(TEXT)
    complaint_days = Whole(0, MOST_DAYS)
    first_after = Whole(0, MOST_DAYS)
    second_after = Whole(0, MOST_DAYS)
    third_after = Whole(0, MOST_DAYS)
    deadline_days = Whole(0, MOST_DAYS)


class NoticeSettingAnswer(Answer):
    """``collection_code`` is the number of the picture, where the office has one."""

    office = Reference(attribute="office_id")
    bank_code = Text()
    bank_name = Text()
    account_number = Text()
    account_holder = Text()
    collection_code = Reference(attribute="collection_code_id")
    hotline = Text()
    counter = Text()
    city = Text()
    signer = Text()
    clause = Text()
    measures = Text()
    complaint_days = Whole()
    first_after = Whole()
    second_after = Whole()
    third_after = Whole()
    deadline_days = Whole()
    version = Whole()


SETTING = Look(NoticeSettingAnswer)
settings = Listing(NoticeSetting, SETTING, {})


def _setting(office: int) -> NoticeSetting:
    setting: NoticeSetting = db.session.scalars(setting_of(require_office(office))).one()
    return setting


@routes.get("/notice_settings", may=("NoticeSettingView", "can_list"), gives=SETTING, query=ListQuery, is_list=True)
def list_settings(query: dict[str, Any]) -> Any:
    """List what the caller's offices print on their notices."""
    return settings.answer(query)


@routes.get("/notice_settings/<int:office>", may=("NoticeSettingView", "can_show"), gives=SETTING)
def show_setting(office: int) -> NoticeSetting:
    """Show what an office prints on its notices, and when it reminds."""
    return _setting(office)


@routes.patch("/notice_settings/<int:office>", may=("NoticeSettingView", "can_edit"), takes=patch_of(NoticeSettingBody), gives=SETTING)
def change_setting(office: int, body: dict[str, Any]) -> Any:
    """Change what an office prints on its notices. With `version` the change is refused when somebody else was faster."""
    setting = _setting(office)
    version = str(body.pop("version", "")) or version_of(setting)
    return written(save_settings, record=setting.id, office=None, version=version, values=tuple(sorted(body.items()))).record


@routes.post(
    "/notice_settings/<int:office>/collection_code", may=("NoticeSettingView", "can_edit"), takes_file=True, gives=SETTING, status=200
)
def take_collection_code(office: int, file: FileStorage) -> Given:
    """Keep the picture of an office's collection code (PNG, JPEG or WebP up to 1 MB); offices in VND have none."""
    require_office(office)
    taken = checked(file.filename or "", file.stream.read(PICTURES.most_bytes + 1), PICTURES)
    return done(run(set_collection_code, office=office, file=taken), 200)


@routes.post("/notice_settings/<int:office>/collection_code/remove", may=("NoticeSettingView", "can_edit"), gives=SETTING, status=200)
def remove_collection_code(office: int) -> Given:
    """Print no collection code any more; papers that were issued keep theirs."""
    return done(run(set_collection_code, office=require_office(office), file=None), 200)
