"""The neutral source: a second, real source plugin whose every policy a test can switch.

It is delivered as a third party does it, through QBO_ADDONS_PATH: ``package/`` holds the plugin, its mapper and
a stand-in of its vendor (HTTP on this machine), ``addon.make_addon`` writes its manifest, ``stage.set_up`` builds
an installation around it::

    with set_up(settings, simulator, tmp_path) as stage:
        stage.rules(tax="fold", void_propagates="yes")      # as an admin chooses them, in force at once
        invoice = stage.make(tax={"rate": "8.5"}, discount={"percent": "10"})
        operation = stage.sync(invoice["id"])               # click, and the workers' part, in this process
        document = stage.invoice(invoice["number"])         # as QuickBooks holds it
        stage.change(invoice["id"], number="N-2")
        stage.void(invoice["id"]); stage.delete(invoice["id"])

``stage`` is a `tests.rig.stage.Stage`: ``ask``, ``work``, ``codes``, ``sentence``, ``links``, ``quickbooks``,
``writes`` are there as well. ``stage.sandbox.failures += [503]`` makes the source's next answer fail.
``set_up(…, entitlement=["beta"])`` states in the manifest what no rule may change. An invoice is a dict: see
``package/mapper.py`` for every key it may have; ``package/books.py`` works out the amounts that are left out.
"""

from tests.rig.neutral.addon import KEY, NAME, make_addon
from tests.rig.neutral.stage import CUSTOMER, LINES, NeutralStage, set_up

__all__ = ["CUSTOMER", "KEY", "LINES", "NAME", "NeutralStage", "make_addon", "set_up"]
