from qbo_connector.web.records.views import blueprint

__all__ = ["blueprint"]
