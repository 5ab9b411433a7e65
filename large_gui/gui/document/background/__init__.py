"""What other threads do for the window."""
