"""What each package client is told by the files of a repository, one file a client."""
