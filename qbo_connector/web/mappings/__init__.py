from qbo_connector.web.mappings.views import blueprint

__all__ = ["blueprint"]
