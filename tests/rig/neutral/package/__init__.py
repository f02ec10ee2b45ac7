"""A source that stands for no vendor: whatever a canonical invoice can carry, its invoices do."""
