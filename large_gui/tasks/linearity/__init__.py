"""Figures of a generator: of its pictures, of its paths, and of how linear its latent space is."""
