"""Inert replicas of published incidents, and variations of them."""
