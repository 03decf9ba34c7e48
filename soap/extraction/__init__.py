"""A note without a model: what was said, sorted by rules. Pure Python but for MeCab."""
