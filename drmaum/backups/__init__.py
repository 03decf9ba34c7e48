"""Everything that people entrusted to the product in one file, and back from it."""
