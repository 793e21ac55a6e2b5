"""What is asked of a density matrix: expectation values, reduced states, blocks of total spin, positivity, squeezing."""
