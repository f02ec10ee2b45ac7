"""Reference §4: the query language."""

import pytest

from tests.contract.simulator.qbohttp import ask, ref


def _names(qbo, statement):
    return [row.get("DisplayName") or row.get("Name") for row in qbo.rows(statement)]


def _error(qbo, statement):
    return qbo.query(statement)["Fault"]["Error"][0]


def test_answer_has_rows_then_position_and_number(qbo):
    answer = qbo.query("select * from Vendor maxresults 3")["QueryResponse"]
    assert list(answer) == ["Vendor", "startPosition", "maxResults"]
    assert (answer["startPosition"], answer["maxResults"]) == (1, 3)


def test_count_is_all_a_count_says(qbo):
    assert qbo.query("SELECT COUNT(*) FROM Vendor")["QueryResponse"] == {"totalCount": 8}


@pytest.mark.parametrize(
    "statement",
    ["select * from Vendor where DisplayName = 'Nobody'", "select * from Vendor startposition 500"],
)
def test_nothing_found_is_an_empty_object(qbo, statement):
    assert qbo.query(statement)["QueryResponse"] == {}


def test_query_may_be_posted_as_text(qbo):
    answer = qbo.session.post(
        qbo.url("query"),
        data="select * from Customer where Id = '1'",
        headers={"Content-Type": "application/text"},
        timeout=10,
    )
    assert answer.json()["QueryResponse"]["Customer"][0]["Id"] == "1"


def test_apostrophe_is_escaped_with_a_backslash(qbo):
    assert _names(qbo, r"select * from Customer where DisplayName = 'Amy\'s Bird Sanctuary'") == [
        "Amy's Bird Sanctuary"
    ]


def test_doubled_apostrophe_is_a_syntax_error(qbo):
    assert _error(qbo, "select * from Customer where DisplayName = 'Amy''s'")["code"] == "4000"


def test_backslash_itself_is_escaped_too(qbo):
    qbo.make("Customer", {"DisplayName": "Back\\slash"})
    assert _names(qbo, r"select * from Customer where DisplayName = 'Back\\slash'") == ["Back\\slash"]


def test_names_compare_without_regard_to_case(qbo):
    assert _names(qbo, "SELECT * from account WHERE name = 'cHECKing'") == ["Checking"]


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("TotalAmt > '200.00'", 3),
        ("TotalAmt >= 150 and TotalAmt <= '150.00'", 2),
        ("DocNumber in ('1001', '1003', '9999')", 2),
        ("DocNumber != '1001'", 9),
        ("DocNumber like '100%'", 9),
        ("DocNumber like '%1%0'", 1),
        ("CustomerRef = '1'", 2),
        ("Balance = '0'", 4),
        ("Id = '101'", 1),
        ("Id in ('101', '102', 'x')", 2),
        ("TxnDate <= CURRENT_DATE", 10),
        ("MetaData.LastUpdatedTime >= '2020-01-01T00:00:00-07:00'", 10),
        ("MetaData.CreateTime < '2020-01-01'", 0),
    ],
)
def test_operators_on_invoices(qbo, condition, count):
    answer = qbo.query(ask("select count(*) from Invoice where", condition))
    assert answer["QueryResponse"]["totalCount"] == count


@pytest.mark.parametrize("truth", ["true", "True", "TRUE", "'true'"])
def test_booleans_are_read_in_any_case(qbo, truth):
    assert len(_names(qbo, ask("select * from Employee where Active =", truth))) == 2


def test_lists_come_in_ascii_order_of_their_full_names(qbo):
    for name in ("aardvark", "Zebra"):
        qbo.make("Vendor", {"DisplayName": name})
    names = _names(qbo, "select * from Vendor")
    assert names == sorted(names)
    assert names.index("PG&E") < names.index("Tania's Nursery")
    assert names[-1] == "aardvark"


def test_jobs_come_directly_under_their_parent(qbo):
    full = [row["FullyQualifiedName"] for row in qbo.rows("select * from Customer")]
    at = full.index("Freeman Sporting Goods")
    assert full[at + 1] == "Freeman Sporting Goods:0969 Ocean View Road"


def test_documents_come_last_changed_first(qbo):
    qbo.post("invoice", {"Id": "103", "SyncToken": qbo.read("Invoice", "103")["SyncToken"], "sparse": True,
                         "PrivateNote": "moved to the top"})  # fmt: skip
    assert qbo.rows("select * from Invoice maxresults 2")[0]["Id"] == "103"


@pytest.mark.parametrize("clause", ["orderby", "order by"])
def test_order_is_asked_for_in_two_spellings(qbo, clause):
    numbers = [row["DocNumber"] for row in qbo.rows(ask("select * from Invoice", clause, "DocNumber desc"))]
    assert numbers == sorted(numbers, reverse=True)


def test_order_by_several_fields(qbo):
    rows = qbo.rows("select * from Invoice orderby Balance asc, DocNumber desc")
    keys = [(float(row["Balance"]), -int(row["DocNumber"])) for row in rows]
    assert keys == sorted(keys)


def test_ids_sort_as_numbers(qbo):
    ids = [int(row["Id"]) for row in qbo.rows("select * from Customer orderby Id")]
    assert ids == sorted(ids)


@pytest.mark.parametrize("tail", ["maxresults 2 startposition 3", "startposition 3 maxresults 2"])
def test_position_and_number_come_in_either_order(qbo, tail):
    everything = _names(qbo, "select * from Vendor")
    assert _names(qbo, ask("select * from Vendor", tail)) == everything[2:4]


def test_page_has_a_hundred_rows_if_nothing_is_said(qbo):
    batch = [{"bId": str(n), "operation": "create", "Vendor": {"DisplayName": f"V {n}"}} for n in range(100)]
    for start in range(0, 100, 25):
        qbo.post("batch", {"BatchItemRequest": batch[start : start + 25]})
    assert len(qbo.rows("select * from Vendor")) == 100
    assert len(qbo.rows("select * from Vendor maxresults 1000")) == 108


@pytest.mark.parametrize(
    ("tail", "detail"),
    [
        ("startposition 0", "QueryValidationError: value 0 is too small. Min allowed value is 1"),
        ("maxresults 0", "QueryValidationError: value 0 is too small. Min allowed value is 1"),
        ("maxresults 1001", "QueryValidationError: value 1001 is too large. Max allowed value is 1000"),
    ],
)
def test_numbers_out_of_range_are_4001(qbo, tail, detail):
    error = _error(qbo, ask("select * from Vendor", tail))
    assert (error["code"], error["Message"], error["Detail"]) == ("4001", "Invalid query", detail)


def test_11_21_a_row_deleted_between_two_pages_makes_another_one_slip(qbo):
    page = ask("select * from Invoice orderby DocNumber maxresults 3 startposition")
    first, whole = qbo.rows(f"{page} 1"), qbo.rows("select * from Invoice orderby DocNumber")
    unpaid = next(row for row in first if not row["LinkedTxn"])
    qbo.make("Invoice", {"Id": unpaid["Id"], "SyncToken": unpaid["SyncToken"]}, operation="delete")
    seen = [row["Id"] for row in (*first, *qbo.rows(f"{page} 4"))]
    assert whole[3]["Id"] not in seen
    assert whole[4]["Id"] in seen


def test_unknown_entity_is_an_invalid_context(qbo):
    error = _error(qbo, "select * from Custmoer")
    assert (error["code"], error["Detail"]) == (
        "4001",
        "QueryValidationError: invalid context declaration: Custmoer",
    )


@pytest.mark.parametrize(
    "statement",
    [
        "select from Customer",
        "select * Customer",
        "select * from Customer where",
        "select * from Customer where DisplayName",
        "select * from Customer where DisplayName = 'open",
        "select * from Customer where DisplayName = 'a' or DisplayName = 'b'",
        "select * from Customer where (Active = true)",
        "select * from Customer group by Id",
        "delete from Customer",
        "",
        "select * from Customer; drop",
    ],
)
def test_bad_grammar_is_4000(qbo, statement):
    error = _error(qbo, statement)
    assert (error["code"], error["Message"]) == ("4000", "Error parsing query")
    assert error["Detail"].startswith("QueryParserError: Encountered ")


@pytest.mark.parametrize(
    ("statement", "detail"),
    [
        ("select * from Invoice where PrivateNote = 'x'", "property 'PrivateNote' is not queryable"),
        ("select * from Invoice where DepartmentRef = '1'", "property 'DepartmentRef' is not queryable"),
        ("select * from Deposit where TotalAmt > '1'", "property 'TotalAmt' is not queryable"),
        (
            "select * from PurchaseOrder where CustomerRef = '1'",
            "Property CustomerRef not found for Entity PurchaseOrder",
        ),
        ("select BillAddr from Customer", "Property BillAddr not found for Entity Customer"),
        ("select * from Invoice where Id > '5'", "Operator > is not supported for property 'Id'"),
    ],
)  # fmt: skip
def test_not_everything_can_be_asked(qbo, statement, detail):
    error = _error(qbo, statement)
    assert (error["code"], error["Detail"]) == ("4001", f"QueryValidationError: {detail}")


def test_projection_returns_the_fields_and_the_envelope(qbo):
    row = qbo.rows("select Id, DisplayName from Customer where Id = '1'")[0]
    assert row == {"domain": "QBO", "sparse": False, "Id": "1", "DisplayName": "Amy's Bird Sanctuary"}


def test_star_with_sku_parses(qbo):
    rows = qbo.rows("SELECT *, Sku FROM Item")
    assert {row.get("Sku") for row in rows} >= {"PUMP-1", "RF-1"}


def test_inactive_names_are_hidden_until_asked_for(qbo):
    vendor = qbo.read("Vendor", "30")
    qbo.make("Vendor", {**vendor, "Active": False})
    assert qbo.query("select count(*) from Vendor")["QueryResponse"]["totalCount"] == 7
    both = "select count(*) from Vendor where Active in (true, false)"
    assert qbo.query(both)["QueryResponse"]["totalCount"] == 8
    assert _names(qbo, "select * from Vendor where Active = false") == ["Books by Bessie (deleted)"]
    assert qbo.read("Vendor", "30")["Active"] is False


def test_a_tax_code_a_customer_has_by_default_is_read_by_id_and_not_by_query(qbo):
    made = qbo.make("Customer", {"DisplayName": "Taxed by default"})
    statement = "select * from Customer where DisplayName = 'Taxed by default'"
    [row] = qbo.rows(statement)
    assert "DefaultTaxCodeRef" not in row
    assert {**row, "DefaultTaxCodeRef": ref("2")} == made == qbo.read("Customer", made["Id"])
    change = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "DefaultTaxCodeRef": ref("3")}
    assert [qbo.make("Customer", change)] == qbo.rows(statement)


def test_american_tax_codes_come_with_three_more(qbo):
    codes = qbo.rows("select * from TaxCode maxresults 1")
    assert [code["Id"] for code in codes] == ["TAX", "NON", "CustomSalesTax", "2"]


def test_emoji_and_umlauts_are_found(qbo):
    qbo.make("Customer", {"DisplayName": "Müller & Söhne 🌱"})
    assert len(qbo.rows("select * from Customer where DisplayName like '%söhne 🌱'")) == 1
