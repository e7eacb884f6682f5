"""From lines to facts, one row each."""
