"""What PyPI's clients are answered: the index, its files and what belongs to them."""
