"""What is remembered of a consultation that has grown too long to be given word by word."""
