"""Logs of builds: what was installed, what ran, and whom it called."""
