"""What the face detector computes between its networks."""
