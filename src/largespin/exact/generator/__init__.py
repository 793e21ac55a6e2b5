"""The master equation of one model with numbers: which generator, how large, in which sectors."""
