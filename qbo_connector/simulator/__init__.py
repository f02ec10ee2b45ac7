"""A local QuickBooks Online: a real HTTP server that plays Intuit, for tests, demos and plugin authors."""

from qbo_connector.simulator.options import SimulatorOptions
from qbo_connector.simulator.server import Simulator, serve

__all__ = ["Simulator", "SimulatorOptions", "serve"]
