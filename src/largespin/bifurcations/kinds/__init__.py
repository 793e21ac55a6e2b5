"""The kinds of bifurcations of stationary states: one file each, and `registry`, where they are listed."""
