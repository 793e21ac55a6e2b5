"""How stationary states change with parameters: branches, bifurcations, and the lines they draw in two parameters."""
