"""The sandbox as something that starts and stops."""

import secrets

from qbo_connector.sources import LocalServer, Ref, SandboxDescription, SandboxOptions
from qbo_source_thrive.sandbox.application import create_application
from qbo_source_thrive.sandbox.failures import Trouble
from qbo_source_thrive.sandbox.hooks import HookSender, new_signing_secret
from qbo_source_thrive.sandbox.seed import sow
from qbo_source_thrive.sandbox.state import State
from qbo_source_thrive.sandbox.store import Store
from qbo_source_thrive.sandbox.widget import WidgetKey


class ThriveSandbox:
    """One account of a small inventory application, in memory."""

    def __init__(self, options: SandboxOptions) -> None:
        signing_secret = options.signing_secret or new_signing_secret()
        hooks = HookSender(url=options.hook_url, secret=signing_secret)
        self._state = State(
            store=Store(announce=hooks.announce),
            hooks=hooks,
            widget=WidgetKey(
                web_base_url=options.web_base_url, key_id=options.widget_key_id, secret=options.widget_secret
            ),
            trouble=Trouble(),
            seed=options.seed,
            api_key=options.api_key or f"thrive_{secrets.token_hex(16)}",
            first_signing_secret=signing_secret,
        )
        self._samples = sow(self._state.store, options.seed)
        self._server = LocalServer(create_application(self._state), port=options.port)

    def start(self) -> str:
        """Serve in the background; answer the base address."""
        address = self._server.start()
        self._state.hooks.start()
        return address

    def stop(self) -> None:
        """Stop serving; nothing of the account is kept."""
        self._server.stop()
        self._state.hooks.stop()

    @property
    def base_url(self) -> str:
        """The address of the pages; the API lies below it at ``/thrive/v1``."""
        return self._server.base_url

    def describe(self) -> SandboxDescription:
        """Settings of a source account for it, and its sample invoices."""
        return SandboxDescription(
            base_url=self.base_url,
            settings={
                "base_url": self.base_url,
                "api_key": self._state.api_key,
                "signing_secret": self._state.signing_secret,
            },
            samples={name: Ref(external_id=each) for name, each in self._samples.items()},
            pages={
                "invoices": f"{self.base_url}/invoices/",
                "products": f"{self.base_url}/products",
                "accounting": f"{self.base_url}/settings/accounting",
                "developers": f"{self.base_url}/settings/developers",
            },
        )
