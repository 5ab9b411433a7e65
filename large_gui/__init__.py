"""large-gui: sort and measure images by latent distance (LARGE, arXiv:2107.11186)."""

__version__ = "0.1.0"
