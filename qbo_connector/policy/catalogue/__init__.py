"""Findings: every reason why a sync stops, in sentences, with its repair. Data in ``data/``, pure code here."""

from qbo_connector.policy.catalogue.catalogue import Catalogue, FilledText, FixButton
from qbo_connector.policy.catalogue.finding import Finding, leading, merged, record_state
from qbo_connector.policy.catalogue.fixes import Fix
from qbo_connector.policy.catalogue.kinds import Cause, FindingClass, RecordState, Retry, Role, Scope, Side, Who
from qbo_connector.policy.catalogue.load import load_catalogue
from qbo_connector.policy.catalogue.naming import document_words
from qbo_connector.policy.catalogue.reasons import Reason
from qbo_connector.policy.catalogue.rows import Entry, FixAction, Placeholder
from qbo_connector.policy.catalogue.vendor import VendorMessages
from qbo_connector.policy.catalogue.wording import as_list

__all__ = [
    "Catalogue",
    "Cause",
    "Entry",
    "FilledText",
    "Finding",
    "FindingClass",
    "Fix",
    "FixAction",
    "FixButton",
    "Placeholder",
    "Reason",
    "RecordState",
    "Retry",
    "Role",
    "Scope",
    "Side",
    "VendorMessages",
    "Who",
    "as_list",
    "document_words",
    "leading",
    "load_catalogue",
    "merged",
    "record_state",
]
