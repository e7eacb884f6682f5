"""How affected rows of a table are brought up to date."""
