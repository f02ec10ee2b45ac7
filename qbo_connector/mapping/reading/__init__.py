"""QuickBooks JSON to canonical values: for inbound documents, comparison and undo.

What Intuit leaves out is absent. What is there and cannot be right is refused with `DocumentInvalid`, which names
the field. Amounts of money are taken exactly or not at all.
"""
