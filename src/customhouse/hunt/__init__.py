"""Hunting: which projects, machines, builds and networks show traces of a campaign, and how far it got there."""
