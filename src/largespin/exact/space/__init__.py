"""In which space? Occupation numbers, Fock states, and the operators on them."""
