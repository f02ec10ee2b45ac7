"""Signing in and out, and changing one's password."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from qbo_connector.logs import Event, get
from qbo_connector.sync import members
from qbo_connector.web import access
from qbo_connector.web.auth.forms import PasswordForm, SignInForm
from qbo_connector.web.auth.throttle import Throttle
from qbo_connector.web.auth.visitor import Visitor
from qbo_connector.web.wiring import services

blueprint = Blueprint("auth", __name__)
logger = get(__name__)

TOO_MANY = "There were too many attempts. Wait a quarter of an hour, then try again."
WRONG = "This e-mail address and password do not belong together."


@blueprint.route("/sign-in", methods=["GET", "POST"])
@access.public
def sign_in() -> str | Response | tuple[str, int]:
    """Ask who is there, and go where the person was heading."""
    if current_user.is_authenticated:
        return redirect(_target())
    form = SignInForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return render_template("auth/sign_in.html", form=form)
    throttle = _throttle()
    machine = request.remote_addr or ""
    if throttle.refuses(email=form.email.data, machine=machine):
        return _refused(form, TOO_MANY, 429)
    user = members.sign_in(services(), email=form.email.data, password=form.password.data)
    if user is None:
        throttle.missed(email=form.email.data, machine=machine)
        return _refused(form, WRONG, 422)
    throttle.passed(email=form.email.data)
    session.clear()
    session.permanent = True
    login_user(Visitor.of(user))
    logger.info(Event.SIGNED_IN, user_id=user.id)
    return redirect(_target())


@blueprint.post("/sign-out")
@access.signed_in()
def sign_out() -> Response:
    """End the session."""
    logout_user()
    session.clear()
    flash("You are signed out.", "done")
    return redirect(url_for("auth.sign_in"))


@blueprint.route("/password", methods=["GET", "POST"])
@access.signed_in()
def password() -> str | Response:
    """Replace one's password; other sessions of the same person end."""
    form = PasswordForm()
    if form.validate_on_submit():
        user = members.change_password(
            services(), access.caller().user_id, present=form.present.data, wanted=form.wanted.data
        )
        if user is not None:
            login_user(Visitor.of(user))
            flash("The password is changed. Other sessions of yours have ended.", "done")
            return redirect(url_for("home.index"))
        form.present.errors = ["This is not your present password."]
    return render_template("auth/password.html", form=form)


def _refused(form: SignInForm, sentence: str, status: int) -> tuple[str, int]:
    logger.info(Event.SIGN_IN_REFUSED, status=status)
    form.password.errors = [sentence]
    return render_template("auth/sign_in.html", form=form), status


def _target() -> str:
    wanted = request.form.get("next") or request.args.get("next")
    return access.safe_target(wanted) or url_for("home.index")


def _throttle() -> Throttle:
    found: Throttle = current_app.extensions["throttle"]
    return found
