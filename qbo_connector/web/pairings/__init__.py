from qbo_connector.web.pairings.views import blueprint

__all__ = ["blueprint"]
