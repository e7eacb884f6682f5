"""What the tables must hold for generated lines, computed in plain Python."""
