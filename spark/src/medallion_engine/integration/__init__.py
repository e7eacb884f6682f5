"""A known batch, and what has to become of it."""
