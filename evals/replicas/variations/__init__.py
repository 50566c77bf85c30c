"""Ways to say the same thing otherwise, as functions from a replica to a replica."""
