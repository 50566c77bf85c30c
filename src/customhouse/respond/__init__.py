"""Answering a hunt: what to do, in which order, and what of it can be done in a repository; never hunts itself."""
