"""A whole answer becomes one error: status first, then the faults."""

import pytest

from qbo_connector.errors import (
    OutcomeUnknown,
    QboAccessLost,
    QboAuthorizationExpired,
    QboCompanyClosed,
    QboRejected,
    QboThrottled,
    QboUnavailable,
    Retryable,
    StaleSyncToken,
)
from qbo_connector.qbo.faults import Context, Fault, Trace, to_error

WRITE = Context(operation="create", entity="invoice")
READ = Context(operation="read", entity="invoice")


def judge(*codes: str, status: int = 400, context: Context = WRITE, **trace):
    return to_error([Fault(code=code) for code in codes], status=status, context=context, trace=Trace(**trace))


def test_a_good_answer_without_faults_is_no_error():
    assert judge(status=200) is None


@pytest.mark.parametrize("context", [WRITE, READ])
@pytest.mark.parametrize(
    ("status", "codes"), [(429, []), (429, ["6140"]), (429, ["3001"]), (403, ["3001"]), (200, ["3001"])]
)
def test_429_and_3001_throttle_whatever_else_is_said(status, codes, context):
    error = judge(*codes, status=status, context=context)

    assert isinstance(error, QboThrottled)
    assert error.reason == "limit.throttled"


def test_a_throttled_call_waits_as_long_as_it_is_told():
    assert judge(status=429, retry_after=7.0).retry_after == 7.0


def test_a_throttled_call_waits_a_minute_and_a_spread_of_its_own():
    waits = {judge(status=429, requestid=f"r{number}").retry_after for number in range(50)}

    assert all(60 <= wait < 75 for wait in waits)
    assert len(waits) > 5


@pytest.mark.parametrize("codes", [[], ["3200"], ["6140"], ["9999"]])
def test_401_means_signing_in_whatever_the_body_says(codes):
    error = judge(*codes, status=401)

    assert isinstance(error, QboAuthorizationExpired)
    assert error.reason == "connection.expired"


def test_401_for_a_removed_admin_is_lost_access():
    assert isinstance(judge("120", status=401), QboAccessLost)


def test_401_for_a_forgotten_token_is_our_own_mistake():
    error = judge("3202", status=401)

    assert isinstance(error, QboRejected)
    assert error.reason == "internal.bad_request"


@pytest.mark.parametrize("codes", [[], ["3100"], ["6140"], ["120"]])
def test_403_means_lost_access_whatever_the_body_says(codes):
    error = judge(*codes, status=403)

    assert isinstance(error, QboAccessLost)
    assert error.reason == "connection.access_lost"


@pytest.mark.parametrize(
    ("code", "reason"), [("5020", "connection.permission_denied"), ("5030", "qbo.feature_off")]
)
def test_403_for_one_document_does_not_pause_the_connection(code, reason):
    error = judge(code, status=403)

    assert isinstance(error, QboRejected)
    assert error.reason == reason


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("codes", [[], ["10000"], ["6140"]])
def test_a_disturbance_leaves_the_outcome_of_a_write_unknown_and_a_read_to_be_repeated(status, codes):
    write, read = judge(*codes, status=status), judge(*codes, status=status, context=READ)

    assert isinstance(write, OutcomeUnknown)
    assert isinstance(read, QboUnavailable)
    assert {write.reason, read.reason} == {"qbo.unavailable"}


def test_a_bill_that_cannot_be_voided_is_a_refusal_even_with_status_500():
    fault = Fault(code="10000", detail="System Failure Error: java.lang.UnsupportedOperationException")

    error = to_error([fault], status=500, context=Context(operation="void", entity="bill"))

    assert isinstance(error, QboRejected)
    assert error.reason == "bill.cannot_void"


def test_a_system_fault_in_a_good_answer_leaves_the_outcome_unknown():
    assert isinstance(judge("10000", status=200), OutcomeUnknown)
    assert isinstance(judge("10000", status=200, context=READ), QboUnavailable)


def test_a_company_under_maintenance_certainly_did_nothing():
    assert isinstance(judge("150"), QboUnavailable)


def test_a_bad_status_without_any_fault_leaves_the_outcome_unknown():
    assert judge(status=404).reason == "outcome.unknown"
    assert isinstance(judge(status=404), OutcomeUnknown)
    assert isinstance(judge(status=302, context=READ), QboUnavailable)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("5010", StaleSyncToken),
        ("600", OutcomeUnknown),
        ("3200", QboAuthorizationExpired),
        ("3100", QboAccessLost),
        ("6190", QboCompanyClosed),
        ("10200", QboCompanyClosed),
        ("6140", QboRejected),
        ("7777", QboRejected),
    ],
)
def test_each_way_of_mending_has_its_class(code, kind):
    assert type(judge(code)) is kind


def test_one_lasting_fault_makes_the_whole_answer_lasting():
    error = judge("5010", "3001", "600", "6140")

    assert isinstance(error, QboRejected)
    assert error.reason == "number.duplicate"
    assert {fault.code for fault in error.faults} == {"5010", "3001", "600", "6140"}


def test_several_retryable_faults_stay_retryable_and_the_unknown_outcome_leads():
    error = judge("5010", "600", "3001")

    assert isinstance(error, Retryable)
    assert error.reason == "outcome.unknown"


@pytest.mark.parametrize(
    ("codes", "leader"),
    [
        (["6140", "6190"], "connection.subscription_ended"),
        (["6430", "6140"], "number.duplicate"),
        (["6000", "2050"], "field.invalid"),
        (["6440", "3000"], "account.unset"),
    ],
)
def test_the_reason_that_concerns_most_leads_and_all_are_kept(codes, leader):
    error = judge(*codes)

    assert error.reason == leader
    assert error.details["fault_codes"].split(", ")[0] == error.details["fault_code"]


def test_details_carry_what_support_asks_for():
    fault = Fault(code="6140", message="Duplicate", detail="by ann@oak.example", element="DocNumber")

    error = to_error([fault], status=400, context=WRITE, trace=Trace(intuit_tid="1-5f", requestid="abc"))

    assert error.details == {
        "status": "400",
        "fault_code": "6140",
        "element": "DocNumber",
        "fault": "Duplicate: by [e-mail]",
        "intuit_tid": "1-5f",
        "requestid": "abc",
    }
    assert (error.status, error.intuit_tid) == (400, "1-5f")


def test_the_message_of_an_error_repeats_nothing_that_quickbooks_said():
    fault = Fault(code="6000", message="Ann Lee", detail="Ann Lee owes 100")

    assert "Ann" not in str(to_error([fault], status=400, context=WRITE))


def test_the_params_of_the_leading_fault_come_along():
    fault = Fault(code="2050", detail="Min:0 Max:21 supported. Supplied length:45", element="DocNumber")

    error = to_error([Fault(code="6000"), fault], status=400, context=WRITE)

    assert error.reason == "field.too_long"
    assert error.params["limit"] == "21"
