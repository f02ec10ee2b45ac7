"""A second, scripted implementation of the widget's HTTP interface, and a page on another site that embeds it.

The card, its files and its headers are the product's own; the answers come from a script, so that every state can
be shown at will, also those that take a broken QuickBooks to reach.
"""
