"""From files to tables that keep every line."""
