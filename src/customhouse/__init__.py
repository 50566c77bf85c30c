"""Customhouse: inspect every npm and PyPI release before any of its code can run."""
