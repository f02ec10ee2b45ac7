"""The buttons of findings: each does one thing, is checked for its role, and has the record looked at again.

What writes to QuickBooks goes through an operation like any sync; the rest changes a link, a rule or an answer of
ours. Pressing twice is the same as pressing once.
"""

from collections.abc import Callable, Mapping
from typing import Any

from qbo_connector.policy.catalogue import Role, load_catalogue
from qbo_connector.policy.catalogue.fixes import Fix
from qbo_connector.store.failures import NotThere
from qbo_connector.sync.fixing import (
    correcting,
    creating,
    deciding,
    linking,
    looking_again,
    merging,
    remapping,
    ruling,
)
from qbo_connector.sync.press import Press
from qbo_connector.sync.services import Services
from qbo_connector.sync.targets import RecordTarget


def apply_fix(
    services: Services,
    target: RecordTarget,
    action: str,
    inputs: Mapping[str, Any] | None = None,
    *,
    asked_by: str,
    role: Role,
    idempotency_key: str | None = None,
) -> int | None:
    """Carry out one repair; returns the operation that looks at the record again, if one is needed.

    Raises:
        Refused: the role may not, an input is missing, or the repair does not fit.
        NotThere: there is no such button here.
    """
    try:
        fix = Fix(action)
        carry_out = ACTIONS[fix]
    except (ValueError, KeyError) as err:
        raise NotThere(f"there is no repair {action}") from err
    press = Press(
        services=services, target=target, inputs=inputs or {}, asked_by=asked_by, role=role, key=idempotency_key
    )
    press.must_be(load_catalogue().actions[fix].least_role)
    return carry_out(press)


ACTIONS: Mapping[Fix, Callable[[Press], int | None]] = {
    Fix.RETRY: looking_again.retry,
    Fix.CHECK_AGAIN: looking_again.check_again,
    Fix.OPEN_PREVIEW: looking_again.retry,
    Fix.REFRESH_LISTS: looking_again.refresh_lists,
    Fix.REACTIVATE_ITEM: looking_again.reactivate,
    Fix.REACTIVATE_PARTY: looking_again.reactivate,
    Fix.REACTIVATE_LIST_ENTRY: looking_again.reactivate,
    Fix.RESUME_CONNECTION: looking_again.resume_connection,
    Fix.LINK_CUSTOMER: linking.link_customer,
    Fix.LINK_ITEM: linking.link_item,
    Fix.MAP_LOCATION: linking.map_location,
    Fix.LINK_EXISTING_INVOICE: linking.link_existing_invoice,
    Fix.UNLINK: linking.unlink,
    Fix.CREATE_CUSTOMER: creating.create_customer,
    Fix.RENAME_CUSTOMER: creating.rename_customer,
    Fix.UPDATE_CUSTOMER_EMAIL: creating.update_customer_email,
    Fix.CREATE_ITEM: creating.create_item,
    Fix.CREATE_LOCATION: creating.create_location,
    Fix.RENUMBER: correcting.renumber,
    Fix.ALLOW_DUPLICATE_NUMBER: correcting.allow_duplicate_number,
    Fix.INCLUDE_ANYWAY: correcting.include_anyway,
    Fix.REDATE: correcting.redate,
    Fix.CORRECT_FIELD: correcting.correct_field,
    Fix.MAP_FIELD: remapping.map_field,
    Fix.SET_ACCOUNT: ruling.set_account,
    Fix.SET_DEFAULT_ITEM: ruling.set_default_item,
    Fix.PICK_TAX_CODE: ruling.pick_tax_code,
    Fix.OVERRIDE_PREFLIGHT: ruling.override_preflight,
    Fix.SET_READ_BUDGET: ruling.set_read_budget,
    Fix.RESTORE_OURS: deciding.restore_ours,
    Fix.TAKE_THEIRS: deciding.take_theirs,
    Fix.MERGE_FIELDS: merging.merge_fields,
    Fix.RECREATE_IN_QUICKBOOKS: deciding.recreate,
    Fix.VOID_IN_QUICKBOOKS: deciding.void_in_quickbooks,
    Fix.POST_AGAIN: deciding.post_again,
    Fix.UNDO: deciding.undo,
    Fix.DISMISS: deciding.dismiss,
    Fix.UNDISMISS: deciding.undismiss,
    Fix.RELEASE_LOCK: deciding.release_lock,
    Fix.REQUEST_ACCESS: deciding.request_access,
}
"""What can be carried out here; buttons that are links lead elsewhere, and others are not shown."""
