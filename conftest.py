"""Gives every test, those of the plugins included, the rig's fixtures and the requirements list."""

pytest_plugins = ["tests.rig.fixtures", "tests.rig.requirements", "tests.rig.drawn"]
