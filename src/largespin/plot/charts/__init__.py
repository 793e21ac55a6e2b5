"""One picture of results a file."""
