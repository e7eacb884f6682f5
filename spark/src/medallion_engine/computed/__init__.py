"""Tables that are a contract and a function, and how a round brings them up to date."""
