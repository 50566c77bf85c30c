"""Who may see which version, and which file may be handed out."""
