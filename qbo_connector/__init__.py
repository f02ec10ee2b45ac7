"""Keeps the invoices of any business system in step with QuickBooks Online."""
