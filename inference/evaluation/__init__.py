"""What the answers are worth, measured: cases of our own, run through the whole pipeline."""
