"""Which QuickBooks is meant: production, Intuit's sandbox, or a simulator at a base URL."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from qbo_connector.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """The sign-in addresses that a discovery document gives."""

    authorization: str
    token: str
    revocation: str
    issuer: str
    jwks: str
    userinfo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """All addresses of one environment.

    ``endpoints`` are the hard-coded ones; they are used while the discovery document cannot be read.
    ``app_url`` is where a person looks at a document.
    """

    name: str
    api_url: str
    discovery_url: str
    app_url: str
    endpoints: Endpoints

    @property
    def is_production(self) -> bool:
        """Whether real books are behind it; a connection made elsewhere may never be sent here."""
        return self.name == "production"


def _intuit_endpoints(userinfo_host: str) -> Endpoints:
    return Endpoints(
        authorization="https://appcenter.intuit.com/connect/oauth2",
        token="https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer",  # noqa: S106  an address
        revocation="https://developer.api.intuit.com/v2/oauth2/tokens/revoke",
        issuer="https://oauth.platform.intuit.com/op/v1",
        jwks="https://oauth.platform.intuit.com/op/v1/jwks",
        userinfo=f"https://{userinfo_host}/v1/openid_connect/userinfo",
    )


PRODUCTION = Environment(
    name="production",
    api_url="https://quickbooks.api.intuit.com",
    discovery_url="https://developer.intuit.com/.well-known/openid_configuration/",
    app_url="https://app.qbo.intuit.com",
    endpoints=_intuit_endpoints("accounts.platform.intuit.com"),
)
SANDBOX = Environment(
    name="sandbox",
    api_url="https://sandbox-quickbooks.api.intuit.com",
    discovery_url="https://developer.intuit.com/.well-known/openid_sandbox_configuration/",
    app_url="https://app.sandbox.qbo.intuit.com",
    endpoints=_intuit_endpoints("sandbox-accounts.platform.intuit.com"),
)


def environment(name: str) -> Environment:
    """The environment that the setting ``QBO_ENVIRONMENT`` names.

    Args:
        name: ``production``, ``sandbox`` or the base URL of a simulator.

    Raises:
        ConfigurationError: if it is none of these.
    """
    match name.strip().lower():
        case "production":
            return PRODUCTION
        case "sandbox":
            return SANDBOX
    address = urlsplit(name.strip())
    if address.scheme not in {"http", "https"} or not address.hostname:
        raise ConfigurationError(f"QBO_ENVIRONMENT must be production, sandbox or a base URL, not {name!r}")
    if (address.hostname or "").endswith("intuit.com"):
        raise ConfigurationError("QBO_ENVIRONMENT names Intuit's own host: write production or sandbox instead")
    return _simulator(name.strip().rstrip("/"))


def _simulator(base: str) -> Environment:
    return Environment(
        name=base,
        api_url=base,
        discovery_url=f"{base}/.well-known/openid_configuration",
        app_url=base,
        endpoints=Endpoints(
            authorization=f"{base}/connect/oauth2",
            token=f"{base}/oauth2/v1/tokens/bearer",
            revocation=f"{base}/v2/oauth2/tokens/revoke",
            issuer=f"{base}/op/v1",
            jwks=f"{base}/op/v1/jwks",
            userinfo=f"{base}/v1/openid_connect/userinfo",
        ),
    )
