from qbo_connector.canonical import Item, Location, Party
from qbo_connector.plan.asking import questions
from tests.unit.plan.building import US, invoice, line, rules

TRACKED = US.but(track_locations=True)
LOCATING = {"location_tracking": "optional", "customer_match": ["name", "email"], "item_match": ["sku", "name"]}


def test_every_question_names_what_two_operations_must_not_create_side_by_side():
    document = invoice(line(item=Item(name="Mug", sku="MUG-B")), location=Location(name="Portland"))

    asked = questions(document, rules(LOCATING), TRACKED)

    assert [question.resources for question in asked.of_lists()] == [
        {"customer:7:cus_88", "customer:name:acme retail llc", "customer:email:ap@acme.example"},
        {"item:7:name:mug", "item:name:mug", "item:sku:mug-b"},
        {"location:7:name:portland", "location:name:portland"},
    ]


def test_two_contacts_without_an_id_are_one_if_their_names_are():
    asked = [
        questions(invoice(customer=Party(name=name)), rules(), US).party
        for name in ("Acme  Retail", "ACME retail")
    ]

    assert asked[0].symbol == asked[1].symbol == "customer:7:name:acme retail"
    assert asked[0].by == ()


def test_nobody_asks_for_what_a_document_does_not_name():
    asked = questions(invoice(customer=Party()), rules(), US)

    assert asked.party is None
    assert [question.symbol for question in asked.of_lists()] == ["item:7:p:Stoneware Mug"]


def test_numbers_are_compared_without_case():
    assert questions(invoice(number="W-1042"), rules(), US).number.key == "w-1042"
