"""The K-SOAP diagram: a box, a file; `flow` draws the arrows."""
