"""The use cases: what people, sources, QuickBooks and the clock can ask for. The only floor that commits.

The straight line of a push stands in `push.py`; everything else leads to it or away from it.
"""
