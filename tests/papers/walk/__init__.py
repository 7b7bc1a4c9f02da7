"""A walk through a page as a reader reads it: every number that it says, and what stands behind it."""
