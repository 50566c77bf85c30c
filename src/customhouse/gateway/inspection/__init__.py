"""Inspecting for the gateway, in a process of its own: orders go in, admissions come out."""
