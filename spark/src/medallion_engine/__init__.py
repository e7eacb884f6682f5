"""The fitness lakehouse: pure functions per table, and the jobs that run them."""
