"""Where the equations come to rest: stationary states, their stability, and where they stand in the phase diagram."""
