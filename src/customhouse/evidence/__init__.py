"""Collectors, one file each: what can be learned of a release."""
