"""The only floor that talks to QuickBooks Online: client, sign-in, tokens, limits, faults, queries, webhooks.

QuickBooks' own spelling of fields and of operations stays in here and in ``mapping``. Everything that
leaves this floor is either a value of :mod:`qbo_connector.qbo.answers` or one error of
:mod:`qbo_connector.errors`.
"""
