"""What makes packages of the program, and what is in them."""
