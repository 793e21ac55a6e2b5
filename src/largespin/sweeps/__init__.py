"""Any function over a grid of named values, on as many processes as there are, and nothing lost when it stops."""
