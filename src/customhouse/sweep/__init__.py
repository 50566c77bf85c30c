"""Retro-hunting: stored evidence judged again with today's rules, and searched for indicators."""
