"""The API does what its OpenAPI document says, asked with what a tool makes of the document: wanted, unwanted and absurd."""

from __future__ import annotations

import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from app.foundation.api.installation import ROOT, document
from tests.access.cells import RECORD_OF_RESOURCE
from tests.access.ground import Ground

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 6
# Answers of the frame around every address; the document names what an endpoint itself decides.
OF_THE_FRAME = {405, 413, 415, 429}


@pytest.fixture(scope="module")
def promised(ground: Ground) -> Any:
    with ground.app.app_context():
        return schemathesis.openapi.from_dict(document())


def with_real_number(ground: Ground, path: str, case: Any) -> None:
    """Let the address name a record that is there."""
    record = RECORD_OF_RESOURCE.get(path.split("/")[1])
    if record is not None and case.path_parameters:
        case.path_parameters = dict.fromkeys(case.path_parameters, ground.records["SH"][record])


def problem_of(ground: Ground, username: str | None, case: Any) -> str | None:
    """Send the case; return what the answer does against the document."""
    sent = case.as_transport_kwargs(base_url=f"http://localhost{ROOT}")
    headers = {name: value for name, value in dict(sent["headers"]).items() if name.lower() not in {"authorization", "user-agent"}}
    body = {name: sent[name] for name in ("json", "data") if sent.get(name) is not None}
    try:
        answer = ground.call(username, case.method, ROOT + case.formatted_path, query_string=sent.get("params"), headers=headers, **body)
    except Exception as error:
        return f"{case.method} {case.formatted_path}: {type(error).__name__}: {str(error)[:300]} for {body or sent.get('params')}"
    if answer.status_code in OF_THE_FRAME:
        return None
    if username is None and answer.status_code not in {401} and case.operation.definition.raw.get("security") != []:
        return f"{case.method} {case.formatted_path} gave a stranger {answer.status_code}"
    try:
        case.validate_response(answer, checks=CHECKS)
    except Exception as error:
        text = re.sub(r"\s+", " ", " ".join(str(each) for each in getattr(error, "exceptions", [error])))
        return f"{case.method} {case.formatted_path} gave {answer.status_code}: {text[:300]} for {str(body or sent.get('params'))[:200]}"
    return None


@pytest.mark.parametrize(
    ("username", "mode"),
    [("chen", GenerationMode.POSITIVE), ("chen", GenerationMode.NEGATIVE), (None, GenerationMode.POSITIVE)],
    ids=["manager as the document says", "manager against the document", "stranger"],
)
def test_every_answer_is_as_the_document_says(ground: Ground, promised: Any, username: str | None, mode: GenerationMode) -> None:
    problems: set[str] = set()
    asked = 0
    for found in promised.get_all_operations():
        asked += asked_of(ground, found.ok(), username, mode, problems)
    assert not problems, "\n".join(sorted(problems))
    assert asked > 70


def asked_of(ground: Ground, operation: Any, username: str | None, mode: GenerationMode, problems: set[str]) -> int:
    """Ask one endpoint some times, every other time for a record that is there; return how often."""
    asked = 0

    @settings(
        max_examples=EXAMPLES if username else 1,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def ask(data: Any) -> None:
        nonlocal asked
        asked += 1
        case = data.draw(operation.as_strategy(generation_mode=mode))
        if asked % 2:
            with_real_number(ground, operation.path, case)
        problem = problem_of(ground, username, case)
        if problem is not None:
            problems.add(problem)

    try:
        ask()
    except Unsatisfiable:
        # Nothing about it can be wrong: it takes nothing.
        return 0
    return asked
