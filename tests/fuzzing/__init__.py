"""What every reader of files must bear: inputs that somebody broke, and an oracle that says what is wrong."""
