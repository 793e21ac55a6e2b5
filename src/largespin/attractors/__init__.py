"""Where does motion end up? Attractors, the share of starts that each gathers, and Lyapunov exponents."""
