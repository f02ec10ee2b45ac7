"""Thinking without touching: a document, the rules and what is known become a plan.

The same value is shown as preview, executed by the worker, kept as history and inverted by undo. So a preview
cannot lie: what is executed is what was shown, or `preview.outdated` is answered.
"""
