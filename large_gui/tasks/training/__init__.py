"""Train networks: what the command line and the window call."""
