"""Everything a running simulator holds."""

import threading

from qbo_connector.simulator.clock import Clock
from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.company.records import Event
from qbo_connector.simulator.company.regions import REGIONS
from qbo_connector.simulator.faultscript import FaultScript
from qbo_connector.simulator.knobs import Knobs
from qbo_connector.simulator.oauth.app import the_app
from qbo_connector.simulator.oauth.grants import Grants
from qbo_connector.simulator.oauth.keys import SigningKey
from qbo_connector.simulator.options import SimulatorOptions
from qbo_connector.simulator.readmeter import ReadMeter
from qbo_connector.simulator.replay import Replays
from qbo_connector.simulator.requestlog import RequestLog
from qbo_connector.simulator.seeds.plant import plant
from qbo_connector.simulator.throttle import Throttle
from qbo_connector.simulator.webhooks.sender import WebhookSender

_FIRST_REALM = 9341450000000001


class World:
    """The companies, the app and its grants, the script of faults, the log. `base_url` is known once bound."""

    def __init__(self, options: SimulatorOptions) -> None:
        self.options = options
        self.base_url = ""
        self.clock = Clock()
        self.knobs = Knobs()
        self.app = the_app()
        self.key = SigningKey()
        self.grants = Grants(clock=self.clock, knobs=lambda: self.knobs)
        self.replays = Replays(clock=self.clock, knobs=lambda: self.knobs)
        self.throttle = Throttle(clock=self.clock, limits=options.limits)
        self.meter = ReadMeter(clock=self.clock)
        self.requests = RequestLog()
        self.script = FaultScript()
        self.webhooks = WebhookSender(verifier_token=self.app.verifier_token, knobs=lambda: self.knobs)
        self.companies: dict[str, Company] = {}
        self._guard = threading.Lock()
        self._dirty = True

    def reset(self, *, region: str, seed: str, tax: str = "automated") -> Company:
        """Begin anew with one company; every token, fault, knob and request is forgotten.

        Raises:
            ValueError: no such region, seed or tax.
        """
        self.clear()
        return self.add_company(region=region, seed=seed, tax=tax)

    def clear(self) -> None:
        """Forget everything; a company must follow."""
        self.clock.advance(-self.clock.offset_s)
        self.knobs = Knobs()
        self.grants.clear()
        self.replays.clear()
        self.throttle.clear()
        self.meter.clear()
        self.requests.clear()
        self.script.arm([])
        self.webhooks.clear()
        with self._guard:
            self.companies = {}

    def add_company(self, *, region: str, seed: str, tax: str = "automated") -> Company:
        """A further company of the same app.

        Raises:
            ValueError: no such region, seed or tax.
        """
        if region not in REGIONS:
            raise ValueError(f"region must be one of {', '.join(REGIONS)}, not {region!r}")
        with self._guard:
            realm_id = str(_FIRST_REALM + len(self.companies))
            company = Company(
                realm_id=realm_id, region=REGIONS[region], clock=self.clock, knobs=lambda: self.knobs
            )
            plant(company, seed=seed, tax=tax)
            company.take_events()
            self.companies[realm_id] = company
        return company

    def adopt(self, company: Company) -> None:
        """Take up a company from the state file."""
        with self._guard:
            self.companies[company.realm_id] = company

    def changed(self, events: list[Event]) -> None:
        """Something was written: tell the webhooks and the state file."""
        self._dirty = True
        self.webhooks.publish(events)

    def take_dirty(self) -> bool:
        """Whether anything changed since the last time somebody asked."""
        dirty, self._dirty = self._dirty, False
        return dirty

    @property
    def first_company(self) -> Company:
        """The company the credentials are for."""
        return next(iter(self.companies.values()))
