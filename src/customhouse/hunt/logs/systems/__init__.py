"""The systems that write logs of builds: how each stamps its lines, and what it says of jobs and steps."""
