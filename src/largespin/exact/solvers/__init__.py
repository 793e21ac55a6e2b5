"""Which solution? Evolution, null space, slow modes."""
