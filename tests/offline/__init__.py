"""The program speaks to nobody: not the commands, not the window, not its workers."""
