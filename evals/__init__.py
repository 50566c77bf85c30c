"""What Customhouse catches and what it lets pass, measured: replicas of incidents, and real upgrades."""
