"""The Flask extensions as objects only; ``app.create_app`` joins them to an application.

The database object belongs to ``store``.
"""

from flask_bootstrap import Bootstrap5
from flask_login import LoginManager
from flask_wtf import CSRFProtect

login_manager = LoginManager()
csrf = CSRFProtect()
bootstrap = Bootstrap5()
