"""The replicas, one file for each way in."""
