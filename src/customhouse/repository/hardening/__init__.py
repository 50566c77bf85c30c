"""Setting keys in the clients' files, each syntax in its own file, without touching a byte of the rest."""
