"""Packages that only a gateway knows: whoever asks it for one is shown to go through it."""
