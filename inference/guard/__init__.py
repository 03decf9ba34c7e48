"""What may be said to an owner. Pure Python: no Django, no model, no network."""
