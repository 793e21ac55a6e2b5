"""The macroscopic level: derive the mean-field equations, compile them, follow them, print them."""
