"""Tried before it is saved: do the tokens that came from a sign-in open the company that came with them?"""

from dataclasses import dataclass

from qbo_connector.errors import ConnectorError, QboAccessLost, QboAuthorizationExpired
from qbo_connector.qbo.answers import Answer
from qbo_connector.qbo.client import QboClient
from qbo_connector.qbo.environment import environment
from qbo_connector.qbo.limits import Lane
from qbo_connector.qbo.oauth import gives_accounting
from qbo_connector.qbo.tokens import TokenSet
from qbo_connector.sync.services import Services


class GrantTooSmall(Exception):
    """The sign-in did not bring access to the books of the company it names."""


def prove(services: Services, realm_id: str, tokens: TokenSet) -> Answer | None:
    """The company's own facts, read with the new tokens: one metered read, which nobody has to make again.

    Returns None where QuickBooks cannot say just now; the tokens are good all the same, and a code is good once.

    Raises:
        GrantTooSmall: accounting was not granted, or not for this company. The company's id comes through the
            browser, so it proves nothing by itself.
    """
    if gives_accounting(tokens.scopes) is False:
        raise GrantTooSmall("the grant lacks accounting")
    client = QboClient(
        realm_id=realm_id,
        base_url=environment(services.settings.environment).api_url,
        tokens=_JustGranted(tokens),
        clock=services.clock,
    )
    try:
        return client.company_info(lane=Lane.INTERACTIVE)
    except (QboAccessLost, QboAuthorizationExpired) as err:
        raise GrantTooSmall("the grant does not open the company") from err
    except ConnectorError:
        return None
    finally:
        client.close()


@dataclass(frozen=True, slots=True)
class _JustGranted:
    """Tokens that stand nowhere yet, so nobody may refresh them."""

    tokens: TokenSet

    def access_token(self) -> str:
        return self.tokens.access_token

    def refreshed_after_401(self, bad_token: str) -> str:  # noqa: ARG002  the protocol's signature
        """Raises QboAuthorizationExpired: QuickBooks refuses a token that is seconds old."""
        raise QboAuthorizationExpired("a token was refused right after it was granted")
