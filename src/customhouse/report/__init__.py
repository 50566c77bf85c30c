"""Verdicts and audits for people and machines."""
