"""Reference §6.4: payments, credits, deposits, balances."""

import pytest

from tests.contract.simulator.qbohttp import line, ref


def _payment(total, *links, customer="1", **fields):
    lines = [
        {"Amount": amount, "LinkedTxn": [{"TxnId": record["Id"], "TxnType": kind}]}
        for kind, record, amount in links
    ]
    return {"CustomerRef": ref(customer), "TotalAmt": total, "Line": lines, **fields}


def test_payment_shows_on_both_sides(qbo):
    invoice = qbo.invoice()
    payment = qbo.make("Payment", _payment(60, ("Invoice", invoice, 60)))
    assert payment["UnappliedAmt"] == 0
    assert payment["DepositToAccountRef"] == {"value": "4"}
    again = qbo.read("Invoice", invoice["Id"])
    assert again["Balance"] == 40
    assert again["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "Payment"}]


def test_rest_of_a_payment_stays_unapplied_and_counts_for_the_customer(qbo):
    before = qbo.read("Customer", "1")["Balance"]
    payment = qbo.make("Payment", _payment(140))
    assert payment["UnappliedAmt"] == 140
    assert qbo.read("Customer", "1")["Balance"] == before - 140


def test_one_payment_settles_several_invoices_and_can_be_moved(qbo):
    first, second = qbo.invoice(), qbo.invoice()
    payment = qbo.make("Payment", _payment(150, ("Invoice", first, 100), ("Invoice", second, 50)))
    assert qbo.read("Invoice", second["Id"])["Balance"] == 50
    moved = _payment(150, ("Invoice", second, 100), Id=payment["Id"], SyncToken="0")
    qbo.make("Payment", moved)
    assert qbo.read("Invoice", first["Id"])["Balance"] == 100
    assert qbo.read("Invoice", first["Id"])["LinkedTxn"] == []
    assert qbo.read("Invoice", second["Id"])["Balance"] == 0


def test_deleting_a_payment_opens_the_invoice_again(qbo):
    invoice = qbo.invoice()
    payment = qbo.make("Payment", _payment(100, ("Invoice", invoice, 100)))
    qbo.make("Payment", {"Id": payment["Id"], "SyncToken": "0"}, operation="delete")
    assert qbo.read("Invoice", invoice["Id"])["Balance"] == 100


@pytest.mark.parametrize(("bump", "token"), [(True, "1"), (False, "0")])
def test_whether_a_payment_raises_the_invoices_token_is_a_knob(qbo, bump, token):
    qbo.control("knobs", {"bump_invoice_on_payment": bump})
    invoice = qbo.invoice()
    qbo.control("clock", {"advance_s": 5})
    qbo.make("Payment", _payment(100, ("Invoice", invoice, 100)))
    again = qbo.read("Invoice", invoice["Id"])
    assert again["SyncToken"] == token
    assert again["MetaData"]["LastUpdatedTime"] > invoice["MetaData"]["LastUpdatedTime"]


def test_credit_memo_is_applied_by_a_payment_of_nothing(qbo):
    invoice = qbo.invoice()
    memo = qbo.make("CreditMemo", {"CustomerRef": ref("1"), "Line": [line("30")]})
    assert (memo["Balance"], memo["RemainingCredit"]) == (30, 30)
    qbo.make("Payment", _payment(0, ("Invoice", invoice, 30), ("CreditMemo", memo, 30)))
    assert qbo.read("Invoice", invoice["Id"])["Balance"] == 70
    assert qbo.read("CreditMemo", memo["Id"])["RemainingCredit"] == 0


def test_payment_for_another_customers_invoice_is_620(qbo):
    invoice = qbo.invoice()
    refused = qbo.refused("Payment", _payment(100, ("Invoice", invoice, 100), customer="2"))
    assert refused["code"] == "620"
    assert refused["Detail"].startswith("TxnID Cannot Be Linked : Cannot validate linked transactions: ")


def test_payment_for_nothing_that_exists_is_620(qbo):
    assert qbo.refused("Payment", _payment(1, ("Invoice", {"Id": "99999"}, 1)))["code"] == "620"


@pytest.mark.parametrize(("total", "applied"), [(101, 101), (50, 60)])
def test_more_than_is_owed_or_paid_cannot_be_applied(qbo, total, applied):
    invoice = qbo.invoice()
    assert qbo.refused("Payment", _payment(total, ("Invoice", invoice, applied)))["code"] == "6000"
    assert qbo.read("Invoice", invoice["Id"])["Balance"] == 100


@pytest.mark.parametrize("missing", ["CustomerRef", "TotalAmt"])
def test_customer_and_amount_are_required(qbo, missing):
    body = {name: value for name, value in _payment(5).items() if name != missing}
    assert qbo.refused("Payment", body)["code"] == "2020"


@pytest.mark.parametrize("sparse", [True, False])
def test_links_of_payments_are_not_the_invoices_to_write(qbo, sparse):
    invoice = qbo.invoice()
    payment = qbo.make("Payment", _payment(40, ("Invoice", invoice, 40)))
    body = {"Id": invoice["Id"], "SyncToken": "1", "sparse": sparse, "LinkedTxn": [], "PrivateNote": "x"}
    again = qbo.make("Invoice", {**body, "CustomerRef": ref("1"), "Line": [line()]})
    assert again["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "Payment"}]
    assert again["Balance"] == 60


def test_invoice_cannot_shrink_below_what_was_paid(qbo):
    invoice = qbo.invoice()
    qbo.make("Payment", _payment(100, ("Invoice", invoice, 100)))
    body = {"Id": invoice["Id"], "SyncToken": "1", "sparse": True, "Line": [line("10")]}
    assert qbo.refused("Invoice", body)["code"] == "6000"


def test_deposited_payment_is_locked_until_the_deposit_is_gone(qbo):
    payment = qbo.make("Payment", _payment(50))
    link = {"TxnId": payment["Id"], "TxnType": "Payment", "TxnLineId": "0"}
    deposit = qbo.make(
        "Deposit", {"DepositToAccountRef": ref("35"), "Line": [{"Amount": 50, "LinkedTxn": [link]}]}
    )
    for params in ({"operation": "delete"}, {"operation": "update", "include": "void"}, {}):
        body = {"Id": payment["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "x"}
        refused = qbo.refused("Payment", body, **params)
        assert (refused["code"], refused["Message"]) == ("6540", "Deposited Transaction cannot be changed")
    qbo.make("Deposit", {"Id": deposit["Id"], "SyncToken": "0"}, operation="delete")
    qbo.make("Payment", {"Id": payment["Id"], "SyncToken": "0"}, operation="delete")


def test_balances_of_jobs_count_for_their_parents(qbo):
    parent = qbo.read("Customer", "7")
    qbo.invoice(CustomerRef=ref("8"))
    again = qbo.read("Customer", "7")
    assert again["Balance"] == parent["Balance"]
    assert again["BalanceWithJobs"] == parent["BalanceWithJobs"] + 100
