"""Machines: files, what starts by itself, processes and histories, of the live machine or of an image of one."""
