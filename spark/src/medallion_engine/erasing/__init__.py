"""Which people are gone, and what their lines become."""
