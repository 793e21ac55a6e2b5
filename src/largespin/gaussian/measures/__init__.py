"""One measure of Gaussian states a file."""
