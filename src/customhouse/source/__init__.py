"""Reading JavaScript, TypeScript and Python into normalised facts."""
