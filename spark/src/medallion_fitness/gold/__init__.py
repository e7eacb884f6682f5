"""From facts to what readers ask for."""
