"""Campaign packs and indicators: reading, checking, exchanging them in the forms in which others publish."""
