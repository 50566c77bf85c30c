"""Texts of programs said otherwise: same behaviour, another look."""
