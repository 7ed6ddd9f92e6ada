"""Pages of the inventory: the systems, and what belongs to each."""
