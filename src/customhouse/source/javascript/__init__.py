"""Reading JavaScript and TypeScript."""
