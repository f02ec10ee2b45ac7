"""People's own custom fields go along with ours."""

from qbo_connector.mapping.custom_fields import filled_fields, with_others

CREW = {"DefinitionId": "1", "Name": "Crew", "Type": "StringType", "StringValue": "Ann"}
HOURS = {"DefinitionId": "2", "Name": "Hours", "Type": "NumberType", "NumberValue": 0}
EMPTY = {"DefinitionId": "3", "Name": "Colour", "Type": "StringType", "StringValue": ""}
NAMED = {"DefinitionId": "4", "Name": "Route", "Type": "StringType"}


def test_only_fields_that_hold_something_are_kept_whatever_their_type():
    assert filled_fields({"CustomField": [CREW, HOURS, EMPTY, NAMED]}) == [CREW, HOURS]
    assert filled_fields({"Id": "1"}) == []


def test_an_update_sends_the_others_back_unchanged_and_its_own_as_it_fills_them():
    ours = {**CREW, "StringValue": "Bob"}

    sent = with_others({"TxnDate": "2026-10-02", "CustomField": [ours]}, [CREW, HOURS])

    assert sent == {"TxnDate": "2026-10-02", "CustomField": [ours, HOURS]}


def test_a_field_that_we_empty_is_not_filled_again_by_what_stands_there():
    emptied = {**CREW, "StringValue": ""}

    assert with_others({"CustomField": [emptied]}, [CREW])["CustomField"] == [emptied]


def test_an_update_without_custom_fields_says_nothing_of_them():
    assert with_others({"TxnDate": "2026-10-02"}, [CREW]) == {"TxnDate": "2026-10-02"}
