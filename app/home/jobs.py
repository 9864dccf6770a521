"""The page of a background job: how far it is, renewed by itself until it is over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import make_response, render_template, request, url_for
from flask_appbuilder import BaseView, expose

from app.foundation.jobs import BackgroundJob, running_job, visible_job
from app.foundation.views.access import needs, personal
from app.foundation.views.state import SharedObject
from app.values.errors import Message


class JobView(SharedObject, BaseView):
    """Background jobs. Which of them a person may see is decided by the job, so everybody who signs in may open the page."""

    route_base = "/jobs"
    default_view = "show"
    class_permission_name = "MyAccountView"

    @expose("/<int:record>")
    @needs("show")
    def show(self, record: int) -> Any:
        """Show a job; a script gets the part that changes."""
        facts = {"job": visible_job(record), "message": message_of(visible_job(record))}
        if request.headers.get("HX-Request"):
            return personal(make_response(render_template("home/job_part.html", **facts)))
        return self.render_template("home/job.html", **facts)


def message_of(job: BackgroundJob) -> Message | None:
    """Return what the job said last, as a sentence to be translated."""
    return Message(job.message, **job.message_facts) if job.message else None


def job_of_the_frame() -> Mapping[str, Any] | None:
    """Return the running job that the bar of every page shows."""
    job = running_job()
    if job is None:
        return None
    return {"label": job.label, "done": job.done, "total": job.total, "href": url_for("JobView.show", record=job.id)}
