"""Text to vectors: the model that comes along, or any server that speaks OpenAI's format."""
