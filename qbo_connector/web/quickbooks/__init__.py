from qbo_connector.web.quickbooks.views import blueprint

__all__ = ["blueprint"]
