"""The forms of network logs: of each line who, when, and whom."""
