"""The forms of connecting and disconnecting QuickBooks."""

from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from qbo_connector.web.forms import Form


class ConnectForm(Form):
    """Starts Intuit's sign-in. ``next`` is the page to come back to.

    ``connection`` is the one to be renewed: then no other company will do. Empty for a first sign-in.
    """

    next = HiddenField()
    connection = HiddenField()


class AsideForm(Form):
    """Sets the warning of this code aside; without a code, all are shown again."""

    code = HiddenField()


class DisconnectForm(Form):
    """Ends a connection, after saying what that means."""

    confirmed = BooleanField(
        "I know that syncing with this company stops.", [InputRequired("Tick this first: syncing stops.")]
    )
