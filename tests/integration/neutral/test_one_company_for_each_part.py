"""An account, or a part of it, goes to one QuickBooks company: in two sets of books it would be income twice."""

import pytest

from qbo_connector.policy.policy_refusal import PolicyRefused
from qbo_connector.sync import connect, pairings
from tests.rig.stage import sign_in_to_quickbooks


@pytest.fixture(scope="module")
def manifest():
    return {"connection_scope": "subsidiary"}


@pytest.fixture
def second(stage):
    """Another company, signed in to by the same people."""
    realm_id = stage.simulator.add_company()["realm_id"]
    return sign_in_to_quickbooks(stage.services, stage.organization_id, stage.user_id, realm_id)


def join(stage, connection_id, *, part):
    return pairings.create(
        stage.services, stage.organization_id, stage.account_id, connection_id, name="Second", part=part
    )


@pytest.mark.requirement("P-5")
def test_a_part_goes_to_one_company_and_another_part_may_go_to_another(stage, second):
    with pytest.raises(PolicyRefused, match="is joined to Sandbox Company_US_1 already"):
        join(stage, second, part="")

    assert join(stage, second, part="North")
    with pytest.raises(PolicyRefused, match="North of Shop is joined to"):
        join(stage, stage.connection_id, part="North")


def test_a_company_that_was_disconnected_is_out_of_the_way(stage, second):
    assert join(stage, second, part="South")
    connect.disconnect(stage.services, second, stage.organization_id, asked_by="test")

    assert join(stage, stage.connection_id, part="South")
