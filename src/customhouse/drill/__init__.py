"""Drills: inert replicas of campaigns to hunt in, and what was found of them scored."""
