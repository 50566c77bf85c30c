"""Configuration, exceptions and the decision over findings and gaps."""
