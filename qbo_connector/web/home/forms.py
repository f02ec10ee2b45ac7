"""The form that founds an organization."""

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from qbo_connector.web.forms import Form

LONGEST_NAME = 100


class OrganizationForm(Form):
    """A new organization."""

    name = StringField("Name", [InputRequired("Give it a name."), Length(max=LONGEST_NAME)])
