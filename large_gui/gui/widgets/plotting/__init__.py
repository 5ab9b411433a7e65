"""What all plots of the window share."""
