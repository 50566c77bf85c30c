"""Wires the rooms above: inspect a release, audit a project."""
