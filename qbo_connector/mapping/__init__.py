"""Canonical values to QuickBooks JSON and back: one file per entity, pure.

The only floor below `qbo` that knows QuickBooks' field names, since translating them is its whole work.

Bodies name what does not exist yet, or whose id may change, by a symbol: ``{"$ref": "customer:…"}``. The executor
puts ids in at the last moment, so two equal intentions have equal bodies.
"""

VERSION = 1
"""Part of every sent fingerprint: a changed mapping makes a re-sync send again."""
