from qbo_connector.web.widget.calls import blueprint

__all__ = ["blueprint"]
