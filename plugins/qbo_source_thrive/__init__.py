"""Thrive Inventory: wholesale and service invoices, synced one by one on demand."""
