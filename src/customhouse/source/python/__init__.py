"""Reading Python into normalised facts."""
