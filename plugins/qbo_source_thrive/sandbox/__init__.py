"""A local stand-in of Thrive: pages for people, the API that the plugin speaks, signed hooks."""

from qbo_connector.sources import SandboxOptions
from qbo_source_thrive.sandbox.thrive import ThriveSandbox


def create_sandbox(options: SandboxOptions) -> ThriveSandbox:
    """A sandbox, not yet started."""
    return ThriveSandbox(options)
