"""The JSON API. Importing its parts lets them put their views on the one blueprint."""

from qbo_connector.web.api import progress, records, served, syncs
from qbo_connector.web.api.document import openapi_document
from qbo_connector.web.api.door import blueprint

__all__ = ["blueprint", "openapi_document", "progress", "records", "served", "syncs"]
