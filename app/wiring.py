"""The only module that knows all domains: models, views, templates, and which effects run upstairs.

``build_app`` puts the application together; ``import_models`` is what migrations need.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader
from sqlalchemy import select
from werkzeug.middleware.proxy_fix import ProxyFix

from app.foundation import effects, imports, proofs
from app.foundation.database import db
from app.foundation.database_role import become_application
from app.foundation.imports import ImportKind
from app.foundation.imports.operations import IMPORT_JOB, UNDO_JOB
from app.foundation.jobs import BackgroundJob, nightly, queue
from app.foundation.jobs.queue import JobKind
from app.foundation.pooling import keep_alive_only, keep_statements
from app.foundation.proofs import Invariant
from app.foundation.proofs.nightly import PROOF_JOB
from app.foundation.safe_keeping.nightly import BACKUP_JOB
from app.foundation.training import init_training
from app.upstairs import effects_table
from app.values.errors import N_

if TYPE_CHECKING:
    from app.foundation.api import Caller
    from app.reminders.choices import LetterKind
    from app.reminders.operations.outbox import Handling
    from config import Settings

DEMONSTRATION_JOB = "demonstration_history"
HERE = Path(__file__).resolve().parent
# Template folders in the order of search: the domains', then the foundation's, then FAB's own.
DOMAINS = (
    "home",
    "counter",
    "reports",
    "debts",
    "notices",
    "reminders",
    "runs",
    "broadband",
    "metering",
    "tariffs",
    "workorders",
    "billing",
    "customers",
    "places",
    "offices",
    "foundation",
)


def import_models() -> None:
    """Import every module that declares tables."""
    _import_tables()
    # Last: while its tables are declared, it looks at all the others.
    from app.reminders import models as reminders  # noqa: F401


def _import_tables() -> None:
    from app.billing import journal  # noqa: F401
    from app.broadband import models  # noqa: F401
    from app.debts import models as debts  # noqa: F401
    from app.foundation import jobs, kept_forms, log, numbering, trace, training, transactions  # noqa: F401
    from app.foundation.imports import models as batches  # noqa: F401
    from app.foundation.own_fields import models as own_fields  # noqa: F401
    from app.foundation.proofs import records as proof_runs  # noqa: F401
    from app.foundation.safe_keeping import models as backups  # noqa: F401
    from app.foundation.uploads import models as uploads  # noqa: F401
    from app.metering import models as metering  # noqa: F401
    from app.notices import models as notices  # noqa: F401
    from app.runs import models as runs  # noqa: F401
    from app.tariffs import models as tariffs  # noqa: F401


def job_kinds() -> Mapping[str, JobKind]:
    """Return what can be done in the background: kind -> who does it (by name, since some stand above this module) and its label."""
    from app.broadband.operations.bulk import BULK_JOB
    from app.debts.operations.interest import INTEREST_JOB
    from app.notices.operations import NOTICE_JOB, NOTICE_MAIL_JOB
    from app.runs.operations import CALCULATION_JOB, POSTING_JOB

    return {
        DEMONSTRATION_JOB: JobKind("app.demonstration.history:fill", N_("Filling the demonstration offices with their history")),
        BACKUP_JOB: JobKind("app.foundation.safe_keeping.nightly:make_backup", N_("Making a backup")),
        IMPORT_JOB: JobKind("app.foundation.imports.jobs:perform_import", N_("Importing a file"), stands_alone=False),
        UNDO_JOB: JobKind("app.foundation.imports.jobs:perform_undo", N_("Undoing an import"), stands_alone=False),
        BULK_JOB: JobKind("app.broadband.jobs:perform_bulk", N_("Working through selected lines"), stands_alone=False),
        CALCULATION_JOB: JobKind("app.runs.jobs:perform_calculation", N_("Calculating a billing run"), stands_alone=False),
        POSTING_JOB: JobKind("app.runs.jobs:perform_posting", N_("Posting a billing run"), stands_alone=False),
        NOTICE_JOB: JobKind("app.notices.jobs:perform_batch", N_("Making the notices of a building"), stands_alone=False),
        NOTICE_MAIL_JOB: JobKind("app.notices.jobs:perform_mailing", N_("Putting notices into the outbox"), stands_alone=False),
        INTEREST_JOB: JobKind("app.debts.jobs:perform_interest", N_("Posting late interest")),
        PROOF_JOB: JobKind("app.foundation.proofs.nightly:make_proof", N_("Proving the books")),
    }


def imports_table() -> Mapping[str, ImportKind]:
    """Return what can be imported, in the order in which an office begins (docs/rules/imports.md)."""
    from app.broadband.imports import SUBSCRIPTIONS
    from app.customers.imports import OCCUPANCIES
    from app.metering.imports import READINGS
    from app.offices.imports import EMPLOYEES
    from app.places.imports import COMMUNITIES, UNITS
    from app.workorders.imports import MATERIALS

    return {kind.name: kind for kind in (SUBSCRIPTIONS, COMMUNITIES, UNITS, OCCUPANCIES, READINGS, EMPLOYEES, MATERIALS)}


def nights_table() -> tuple[nightly.Night, ...]:
    """Return what happens in every office just after midnight, in its order."""
    from app.broadband.jobs import propose_stops, renew_from_credit, resume_planned, switch_plans
    from app.debts.jobs import write_debt_digests
    from app.foundation.imports.jobs import forget_import_files
    from app.notices.jobs import forget_batch_files
    from app.offices.jobs import forget_sign_ins
    from app.reminders.jobs import write_reminder_letters

    return (
        *(forget_import_files, forget_sign_ins, forget_batch_files),
        *(resume_planned, switch_plans, renew_from_credit, propose_stops),
        *(write_reminder_letters, write_debt_digests),
    )


def invariants_table() -> tuple[Invariant, ...]:
    """Return what must always be true, from the journal up; new tables bring theirs (docs/invariants.md)."""
    from app.billing.invariants import INVARIANTS as BILLING
    from app.broadband.invariants import INVARIANTS as BROADBAND
    from app.customers.invariants import INVARIANTS as CUSTOMERS
    from app.debts.invariants import INVARIANTS as DEBTS
    from app.foundation.invariants import INVARIANTS as EVERYWHERE
    from app.metering.invariants import INVARIANTS as METERING
    from app.places.invariants import INVARIANTS as PLACES
    from app.runs.invariants import INVARIANTS as RUNS
    from app.tariffs.invariants import INVARIANTS as TARIFFS
    from app.workorders.invariants import INVARIANTS as WORKS

    return (*BILLING, *WORKS, *BROADBAND, *CUSTOMERS, *PLACES, *TARIFFS, *METERING, *RUNS, *DEBTS, *EVERYWHERE)


def installation_table() -> tuple[nightly.Watch, ...]:
    """Return what looks by itself whether its hour has come, once for the whole installation."""
    from app.foundation.proofs.nightly import see_to_proof
    from app.foundation.safe_keeping.nightly import see_to_backup
    from app.reminders.jobs import see_to_letters

    return (see_to_proof, see_to_backup, see_to_letters)


def letters_table() -> Mapping[LetterKind, Handling]:
    """Return what differs between the letters of the one outbox: kind -> its words of today, what is attached, what follows."""
    from app.debts.operations.digests import DIGESTS
    from app.notices.operations.mailing import NOTICES
    from app.reminders.choices import LetterKind
    from app.reminders.operations.letters import RENEWALS

    return {LetterKind.RENEWAL: RENEWALS, LetterKind.DIGEST: DIGESTS, LetterKind.NOTICE: NOTICES}


def build_app(settings: Settings, overrides: dict[str, Any]) -> Flask:
    """Return the application. ``AS_OWNER=True`` among the overrides keeps the owner's database rights and leaves out the pages."""
    from app.foundation.i18n import init_i18n
    from app.foundation.trace import changes_of
    from app.foundation.views.history import set_history
    from app.reminders.operations import outbox
    from app.roles import fab_roles
    from config import flask_config

    app = Flask("app", static_folder=str(HERE / "foundation" / "static"), static_url_path="/static", template_folder=None)
    app.config.update(flask_config(settings), MIGRATIONS_FOLDER=HERE.parent / "migrations", FAB_ROLES=fab_roles())
    app.config.update(overrides)
    app.jinja_loader = ChoiceLoader([FileSystemLoader(str(HERE / domain / "templates")) for domain in DOMAINS])
    import_models()
    effects.register(effects_table())
    queue.register(job_kinds())
    nightly.register(nights_table(), installation_table())
    imports.register(imports_table)
    outbox.register(letters_table())
    proofs.register(invariants_table())
    set_history(app, changes_of)
    db.init_app(app)
    init_training(app)
    if proxies := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    with app.app_context():
        if app.config.get("AS_OWNER"):
            # Upgrades, proofs and the first start show no pages; without them a later start stays under three seconds.
            init_i18n(app)
        else:
            become_application(db.engine)
            keep_alive_only(db.engine)
            keep_statements(db.engine)
            _add_pages(app)
            _add_api(app)
    return app


def _add_pages(app: Flask) -> None:
    """Put the guards, the frame of the pages and every domain's menu in place."""
    from app.billing import menu as billing
    from app.broadband import menu as broadband
    from app.counter import menu as counter
    from app.customers import menu as customers
    from app.debts import menu as debts
    from app.foundation.guards import init_guards
    from app.foundation.health import init_health
    from app.foundation.i18n import init_i18n
    from app.foundation.imports.views import ImportView
    from app.foundation.logs import init_request_log
    from app.foundation.private_addresses import init_private_addresses
    from app.foundation.refusals import init_refusals
    from app.foundation.shell import init_shell
    from app.foundation.uploads.serving import UploadView
    from app.foundation.views import add_lookups
    from app.home import menu as home
    from app.home.backups import BackupView
    from app.home.clock import ClockView, init_clock
    from app.home.installation import InstallationView
    from app.home.job_list import JobListView
    from app.home.jobs import JobView, job_of_the_frame
    from app.home.proofs import ProofView
    from app.home.views import HomeView
    from app.metering import menu as metering
    from app.notices import menu as notices
    from app.offices import menu as offices
    from app.offices.security import FeehouseAppBuilder, FeehouseSecurityManager
    from app.places import menu as places
    from app.reminders import menu as reminders
    from app.reports import menu as reports
    from app.runs import menu as runs
    from app.tariffs import menu as tariffs
    from app.workorders import menu as workorders

    # First, since the first is the last with an answer: its line tells what the others made of it.
    init_request_log(app)
    init_guards(app)
    init_health(app)
    init_refusals(app)
    shell = init_shell(app)
    appbuilder = FeehouseAppBuilder(
        app,
        db.session,
        indexview=HomeView,
        base_template="appbuilder/baselayout.html",
        security_manager_class=FeehouseSecurityManager,
    )
    init_i18n(app)
    services = (metering, runs, notices, debts, tariffs)
    for domain in (home, counter, customers, broadband, *services, reminders, workorders, billing, reports, places, offices):
        domain.register(appbuilder)
    appbuilder.add_view(InstallationView, N_("Installation"), icon="server", category=N_("Administration"))
    appbuilder.add_view(JobListView, N_("Background jobs"), icon="progress", category=N_("Administration"))
    appbuilder.add_view(ProofView, N_("Proofs"), icon="checkup-list", category=N_("Administration"))
    appbuilder.add_view(BackupView, N_("Backups"), icon="archive", category=N_("Administration"))
    appbuilder.add_view(ImportView, N_("Imports"), icon="file-import", category=N_("Administration"))
    for view in (JobView, ClockView, UploadView):
        appbuilder.add_view_no_menu(view)
    init_private_addresses(app)
    init_clock(app)
    add_lookups()
    offices.fill_shell(shell)
    home.fill_shell(shell)
    shell.job = job_of_the_frame
    app.extensions["feehouse_demonstration"] = _demonstration_logins
    app.extensions["feehouse_is_demonstration"] = _is_demonstration


def _is_demonstration() -> bool:
    """Say whether this installation was made as a demonstration."""
    made = select(BackgroundJob.id).where(BackgroundJob.kind == DEMONSTRATION_JOB).limit(1)
    # Asked while nobody has signed in yet, so past the scope.
    return db.session.connection().execute(made).scalar_one_or_none() is not None


def _demonstration_logins() -> Any:
    """Return the panel of logins for the sign-in page; nothing where the installation is no demonstration."""
    from app.offices.views.signing_in import demonstration_panel

    # The demonstration stands above this module, so it is imported by name.
    return demonstration_panel(import_module("app.demonstration.making").PASSWORD) if _is_demonstration() else None


def _add_api(app: Flask) -> None:
    """Put the JSON face of every domain under ``/api/v1``; it needs the guards and the languages."""
    from app.billing import api as billing
    from app.broadband import api as broadband
    from app.customers import api as customers
    from app.debts import api as debts
    from app.foundation.api import register_api
    from app.metering import api as metering
    from app.notices import api as notices
    from app.offices import api as offices
    from app.places import api as places
    from app.reminders import api as reminders
    from app.reports import api as reports
    from app.roles import permissions_of
    from app.runs import api as runs
    from app.tariffs import api as tariffs
    from app.workorders import api as workorders

    domains = (offices, places, tariffs, metering, runs, debts, notices, customers, broadband, reminders, workorders, billing, reports)
    routes = [each for domain in domains for each in domain.ROUTES]

    def caller_of(token: str) -> Caller | None:
        """Return who sends the token: a person's program, or the phone of a meter reader."""
        return metering.caller_of_device(token) or offices.caller_of(token)

    register_api(app, routes, caller_of=caller_of, permissions_of=permissions_of)
