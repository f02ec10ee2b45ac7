"""Forms of the record view."""

from wtforms import HiddenField, SelectMultipleField

from qbo_connector.web.forms import Form, offer
from qbo_connector.web.overview.columns import COLUMNS

RETRY, DISMISS = "retry", "dismiss"
AT_ONCE = 200


class ColumnsForm(Form):
    """Which columns are shown."""

    columns = SelectMultipleField(
        "Columns", choices=offer((column.key, column.title) for column in COLUMNS), validate_choice=False
    )
    next = HiddenField()


class BulkForm(Form):
    """One action on the records that were ticked."""

    record = SelectMultipleField("Records", coerce=int, validate_choice=False)
    action = HiddenField()
    next = HiddenField()
