"""Where QuickBooks is, and where it must not be."""

import pytest

from qbo_connector.errors import ConfigurationError
from qbo_connector.qbo.entities import operation_params, spelled
from qbo_connector.qbo.environment import environment


def test_production_and_sandbox_have_intuits_addresses():
    production, sandbox = environment("production"), environment(" Sandbox ")

    assert production.api_url == "https://quickbooks.api.intuit.com"
    assert production.is_production
    assert sandbox.api_url == "https://sandbox-quickbooks.api.intuit.com"
    assert not sandbox.is_production
    assert production.endpoints.token == sandbox.endpoints.token


def test_everything_of_a_simulator_hangs_on_its_base_url():
    simulator = environment("http://127.0.0.1:8010/")

    assert simulator.api_url == "http://127.0.0.1:8010"
    assert simulator.discovery_url == "http://127.0.0.1:8010/.well-known/openid_configuration"
    assert simulator.endpoints.revocation == "http://127.0.0.1:8010/v2/oauth2/tokens/revoke"
    assert not simulator.is_production


@pytest.mark.parametrize(
    "name", ["", "prod", "quickbooks", "ftp://x", "https://", "https://quickbooks.api.intuit.com"]
)
def test_anything_else_stops_at_the_start(name):
    with pytest.raises(ConfigurationError):
        environment(name)


@pytest.mark.requirement("C-6")
def test_each_entity_is_voided_in_its_own_way():
    assert operation_params("invoice", "void") == {"operation": "void"}
    for entity in ("payment", "SalesReceipt", "billpayment"):
        assert operation_params(entity, "void") == {"operation": "update", "include": "void"}
    assert operation_params("invoice", "delete") == {"operation": "delete"}
    assert operation_params("invoice", "create") == operation_params("invoice", "update") == {}


def test_names_are_spelled_as_quickbooks_spells_them():
    assert [
        spelled(name) for name in ("invoice", "BILLPAYMENT", "companyinfo", "taxservice/taxcode", "newthing")
    ] == [
        "Invoice",
        "BillPayment",
        "CompanyInfo",
        "TaxService/Taxcode",
        "newthing",
    ]
