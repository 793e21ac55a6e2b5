"""One ready model a file."""
