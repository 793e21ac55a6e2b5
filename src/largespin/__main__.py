"""`python -m largespin`: what the command `largespin` does."""

from largespin.cli import main

main()
