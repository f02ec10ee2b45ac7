"""The forms of signing in."""

from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from qbo_connector.web.forms import Form

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
LONGEST_EMAIL = 254


class SignInForm(Form):
    """Who is there."""

    email = EmailField(
        "E-mail",
        [InputRequired("Type your e-mail address."), Length(max=LONGEST_EMAIL)],
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    password = PasswordField(
        "Password",
        [InputRequired("Type your password."), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class PasswordForm(Form):
    """A new password."""

    present = PasswordField(
        "Present password",
        [InputRequired("Type your present password."), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    wanted = PasswordField(
        "New password",
        [
            InputRequired("Type a new password."),
            Length(SHORTEST_PASSWORD, LONGEST_PASSWORD, f"Take at least {SHORTEST_PASSWORD} characters."),
        ],
        description=f"At least {SHORTEST_PASSWORD} characters; a few unrelated words are easy to remember.",
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        "New password again",
        [InputRequired("Type the new password again."), EqualTo("wanted", "The two do not agree.")],
        render_kw={"autocomplete": "new-password"},
    )
