"""The version of the plugin API, against which manifests declare their `host` range."""

API_VERSION = "1.0.0"
"""Raised by the second number for additions, by the first for anything that breaks a plugin."""
