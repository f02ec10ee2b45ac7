"""Findings as values: raised rightly, joined, and in their order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo_connector.errors import ConfigurationError
from qbo_connector.policy.catalogue import (
    Finding,
    FindingClass,
    Fix,
    Reason,
    RecordState,
    Retry,
    Role,
    Scope,
    leading,
    load_catalogue,
    merged,
    record_state,
)


def _finding(code, **params):
    return Finding(code=Reason(code), params=params)


def test_a_finding_knows_what_the_catalogue_says():
    finding = _finding("number.duplicate", number="W-1042", document="invoice W-1042")

    assert finding.cls is FindingClass.FAILING_NEEDS_PERSON
    assert finding.retry is Retry.AFTER_CAUSE_CHANGES
    assert finding.state is RecordState.FAILING
    assert finding.entry.scope is Scope.RECORD
    assert finding.text().sentence.startswith("Number W-1042 is already used in your QuickBooks company")
    assert finding.buttons(Role.END_USER)[0].fix is Fix.RENUMBER


def test_findings_are_equal_by_value_and_can_stand_in_a_set():
    one, same = _finding("field.missing", field="due date"), _finding("field.missing", field="due date")

    assert one == same
    assert len({one, same}) == 1
    assert one != _finding("field.missing", field="location")


@pytest.mark.parametrize(
    ("code", "params", "problem"),
    [
        ("connection.expiring", {}, "connection.expiring was raised with the wrong values: {date} is missing."),
        ("connection.expiring", {"date": ""}, "{date} is missing"),
        ("connection.expiring", {"date": "\u200b"}, "nothing of {date} can be shown"),
        ("qbo.refused", {"documnt": "x"}, "there is no placeholder {documnt}"),
        ("item.unusable", {"reason": "because"}, "“because” is none of the choices of {reason}"),
        ("item.unusable", {"reason": "stock_begins"}, "{date} is missing"),
        ("plugin.unavailable", {}, "{reason} is missing"),
        ("account.unset", {"account_role": "pocket"}, "“pocket” is none of the choices of {account_role}"),
        ("preflight.custom_numbers", {"state": "perhaps"}, "“perhaps” is none of the choices of {state}"),
    ],
)
def test_a_code_raised_with_the_wrong_values_is_refused_at_once(code, params, problem):
    with pytest.raises(ConfigurationError) as refused:
        _finding(code, **params)

    assert problem in str(refused.value)


@pytest.mark.parametrize(
    ("code", "params"),
    [
        ("item.unusable", {"reason": "stock_begins", "date": "Oct 2, 2026"}),
        ("item.unusable", {"reason": "it has no income account"}),
        ("item.unusable", {"reason": ""}),
        ("plugin.unavailable", {"reason": "not_installed"}),
        ("account.unset", {"account_role": "an income account for new items"}),
        ("account.unset", {"account_role": ""}),
        ("preflight.custom_numbers", {"state": "on"}),
    ],
)
def test_a_code_raised_with_its_values_is_taken(code, params):
    assert _finding(code, **params).text().sentence


def test_a_finding_is_told_what_its_raiser_did_not_know():
    finding = _finding("limit.throttled", document="invoice 7")
    told = finding.in_context({"document": "invoice 8", "company": "Oak & Pine", "tax": "none"})

    assert told.params == {"document": "invoice 7", "company": "Oak & Pine"}
    assert told.in_context({"company": "Other"}) is told


def test_equal_codes_on_several_lines_become_one_finding():
    second = Finding(
        code=Reason.TAX_CODE_MISSING,
        params={"line": "2", "tax": "VAT"},
        subject="2",
        details={"fault": "6000", "at": "1"},
    )
    fifth = Finding(
        code=Reason.TAX_CODE_MISSING, params={"line": "5", "tax": "VAT"}, subject="5", details={"at": "2"}
    )

    (one,) = merged([second, fifth, second])

    assert one.text().sentence == "Lines 2 and 5 of this document have no QuickBooks tax code for VAT."
    assert one.subject == "2,5"
    assert one.details == {"fault": "6000", "at": "1"}


def test_fields_and_items_are_joined_too():
    (fields,) = merged(
        [_finding("qbo.conflict", fields="price"), _finding("qbo.conflict", fields="quantity\nprice")]
    )
    (items,) = merged([_finding("product.not_in_location", items="Mug"), _finding("product.not_in_location")])

    assert fields.text().sentence.endswith("since the last sync: price, quantity.")
    assert items.text().sentence.startswith("Mug on this document does not belong")


def test_equal_codes_about_different_things_stay_apart_in_their_order():
    findings = [
        _finding("item.inactive", item="Mug", line="2"),
        _finding("field.missing", field="due date"),
        _finding("item.inactive", item="Box", line="5"),
        _finding("item.inactive", item="Mug", line="7"),
    ]

    joined = merged(findings)

    assert [(one.code, one.params.get("item")) for one in joined] == [
        (Reason.ITEM_INACTIVE, "Mug"),
        (Reason.FIELD_MISSING, None),
        (Reason.ITEM_INACTIVE, "Box"),
    ]
    assert joined[0].text().sentence.startswith("Mug on lines 2 and 7 is inactive")


BY_WEIGHT = [
    "connection.expired", "outcome.unresolved", "outcome.unknown", "number.duplicate", "qbo.refused",
    "match.ambiguous", "qbo.unavailable", "not_eligible.draft", "field.shortened",
]  # fmt: skip
FILL = {"limit": "45", "date": "Oct 2, 2026"}


@given(codes=st.lists(st.sampled_from(BY_WEIGHT), min_size=1))
def test_the_weightiest_finding_leads(codes):
    findings = [_finding(code, **FILL) for code in codes]

    assert leading(findings).code == min(codes, key=BY_WEIGHT.index)


def test_equal_classes_lead_in_the_order_of_the_catalogue():
    order = {}
    catalogue = load_catalogue()
    for code, entry in catalogue.entries.items():
        if not code.startswith("outcome."):
            order.setdefault(entry.cls, []).append(catalogue.ranks[code])

    for ranks in order.values():
        assert ranks == sorted(ranks)
    assert sorted(catalogue.ranks.values()) == list(range(len(Reason)))


def test_nothing_leads_among_no_findings():
    with pytest.raises(ValueError, match="empty"):
        leading([])


@pytest.mark.parametrize(
    ("codes", "state"),
    [
        ([], RecordState.SYNCED),
        (["field.shortened"], RecordState.SYNCED),
        (["field.shortened", "qbo.unavailable"], RecordState.SYNCING),
        (["match.ambiguous", "qbo.refused"], RecordState.FAILING),
        (["match.ambiguous"], RecordState.HELD),
        (["qbo.refused", "connection.expired"], RecordState.WAITING),
        (["not_eligible.draft"], RecordState.EXCLUDED),
    ],
)
def test_a_record_shows_the_state_of_what_leads(codes, state):
    assert record_state(_finding(code, **FILL) for code in codes) is state
