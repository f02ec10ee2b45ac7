from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from qbo_connector.canonical import Invoice, Party, Status
from qbo_connector.errors import ConfigurationError, DocumentInvalid, SourceRecordGone, SourceUnavailable
from qbo_connector.sources import AccountInfo, HookRequest, Ref, SourceContext, SourceHttp, SourcePlugin

NOW = datetime(2026, 10, 2, 12, 0, tzinfo=UTC)


class Shelf(SourcePlugin):
    """The least a plugin can be: invoices by id, and ids that stand for mishaps."""

    def check(self):
        return AccountInfo(external_id="1", name="Shelf")

    def read(self, ref):
        match ref.external_id:
            case "gone":
                raise SourceRecordGone
            case "odd":
                raise DocumentInvalid(field="total")
            case "down":
                raise SourceUnavailable
        return Invoice(
            external_id=ref.external_id, status=Status.OPEN, issue_date=date(2026, 10, 2), currency="USD",
            customer=Party(name="Acme"), total=Decimal(0),
        )  # fmt: skip


@pytest.fixture
def shelf():
    with SourceHttp() as http:
        yield Shelf(
            SourceContext(settings={"key": " k ", "on": "true"}, http=http, now=lambda: NOW, account_name="A")
        )


def refs(*ids):
    return [Ref(external_id=each) for each in ids]


def test_reading_many_reads_one_by_one_and_keeps_errors_with_their_record(shelf):
    first, gone, odd, last = shelf.read_many(refs("1", "gone", "odd", "2"))

    assert (first.document.external_id, last.document.external_id) == ("1", "2")
    assert isinstance(gone.error, SourceRecordGone)
    assert isinstance(odd.error, DocumentInvalid)


def test_an_error_that_concerns_the_whole_source_ends_reading_many(shelf):
    results = shelf.read_many(refs("1", "down", "2"))

    assert next(results).document
    with pytest.raises(SourceUnavailable):
        next(results)


def test_verbs_that_are_not_declared_cannot_be_called(shelf):
    ref = Ref(external_id="1")
    for call in (
        lambda: shelf.changed_since(None),
        lambda: shelf.parse_hook(HookRequest()),
        lambda: shelf.write_back(ref, None),
        lambda: shelf.create(None),
        lambda: shelf.update(ref, None),
        lambda: shelf.remove(ref),
        lambda: shelf.options("x"),
        lambda: shelf.embed_context(None),
    ):
        with pytest.raises(NotImplementedError):
            call()
    assert shelf.record_url(ref) is None
    assert str(ref) == "invoice 1"


def test_settings_of_an_earlier_version_stay_as_they_are_by_default():
    assert Shelf.migrate_settings({"key": "k"}, "0.9") == {"key": "k"}


def test_settings_are_read_by_name_and_stay_out_of_the_representation(shelf):
    context = shelf.context

    assert (context.setting("key"), context.setting("absent"), context.flag("on")) == ("k", "", True)
    assert context.required("key") == "k"
    with pytest.raises(ConfigurationError, match="absent of A is empty"):
        context.required("absent")
    assert "'k'" not in repr(context)
