"""Computes the tables of a project from its contracts and pure functions, and the jobs that do so."""
