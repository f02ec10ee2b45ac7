"""The command line. Commands are loaded when they are called, so that each starts as fast as it can."""

from qbo_connector.cli.group import main

__all__ = ["main"]
