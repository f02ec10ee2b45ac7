from qbo_connector.web.doctor.views import blueprint

__all__ = ["blueprint"]
