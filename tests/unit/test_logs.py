import io
import json
import logging

import pytest
import structlog

from qbo_connector import logs
from qbo_connector.logs import Event


@pytest.fixture
def lines():
    """Configures logging to JSON for one test and reads what was written, parsed."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    written = io.StringIO()
    logs.configure(level="info", as_json=True, stream=written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def test_an_event_is_a_constant_name_with_fields(lines):
    logs.get("qbo_connector.sync").info(Event.OPERATION_DONE, operation_id=7)

    (line,) = lines()
    assert line["event"] == "operation_done"
    assert line["operation_id"] == 7
    assert line["level"] == "info"
    assert line["logger"] == "qbo_connector.sync"
    assert line["timestamp"].endswith("Z")


def test_bound_context_is_on_every_line_until_it_is_cleared(lines):
    with structlog.contextvars.bound_contextvars(run_id=3):
        logs.get("a").info(Event.STEP_SENT)
    logs.get("a").info(Event.STEP_SENT)

    assert [line.get("run_id") for line in lines()] == [3, None]


def test_lines_below_the_level_are_left_out(lines):
    logs.get("a").debug(Event.STEP_SENT)

    assert lines() == []


@pytest.mark.parametrize(
    "name",
    ["access_token", "refresh_token", "Authorization", "client_secret", "password", "cookie", "api_key", "apikey"],
)
def test_a_field_with_a_secret_name_is_blanked(lines, name):
    logs.get("a").info(Event.QBO_ANSWERED, **{name: "hush"}, nested={name: ["hush"]})

    assert "hush" not in json.dumps(lines())


@pytest.mark.parametrize(("name", "value"), [("token_version", 3), ("idempotency_key", "abc"), ("keyboard", "x")])
def test_a_field_that_only_sounds_secret_is_kept(lines, name, value):
    logs.get("a").info(Event.QBO_ANSWERED, **{name: value})

    assert lines()[0][name] == value


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer hush-hush-hush",
        "Authorization: Basic aHVzaDpodXNo",
        "GET /cb?code=hush&state=hush&realmId=1",
        "refresh_token=hush&grant_type=x",
        '{"access_token": "hush", "a": 1}',
        '{"client_secret":"hush"}',
        "postgresql://user:hush@host/db",
        "qk_hush-hush-hush",
        "eyJhdXNoaHVzaA.hush.hush",
    ],
)
def test_a_text_with_the_shape_of_a_secret_is_scrubbed(lines, text):
    logs.get("a").info(Event.QBO_ANSWERED, body=text, raw=text.encode(), listed=[text])
    logging.getLogger("some.library").warning("sent %s", text)

    said = json.dumps(lines())
    assert "hush" not in said
    assert "aHVzaDpodXNo" not in said
    assert logs.REDACTED in said


def test_a_traceback_is_written_and_scrubbed(lines):
    try:
        int("token=hush")
    except ValueError:
        logs.get("a").exception(Event.UNEXPECTED)

    (line,) = lines()
    assert "ValueError" in line["exception"]
    assert "hush" not in line["exception"]


def test_ordinary_text_passes_unchanged():
    sentence = "invoice W-1042 of Acme Retail LLC, code 6140, https://example.com/a?b=c"

    assert logs.scrub(sentence) == sentence
